#include "preload/supervise/rename.h"
#include "core/text.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Where the process's own arguments are: proc_pid_stat(5), 48 and 49. */
static bool find_arguments(unsigned long *start, unsigned long *end)
{
    char text[1024];
    int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[length > 0 ? length : 0] = '\0';
    char *rest = strrchr(text, ')');
    for (int field = 2; rest && field < 48; field++)
        rest = strchr(rest + 1, ' ');
    return rest && sscanf(rest, " %lu %lu", start, end) == 2 && *start < *end;
}

void supervise_rename(const char *name, const char *command_line)
{
    unsigned long start, end;
    prctl(PR_SET_NAME, name);
    if (!find_arguments(&start, &end))
        return;
    struct text arguments = text_in((char *)start, end - start);
    memset(arguments.at, 0, arguments.size);
    text_add(&arguments, command_line);
}
