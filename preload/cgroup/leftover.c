#include "preload/cgroup/leftover.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_left(const struct dirent *entry, const char *begins)
{
    size_t length = strlen(begins);
    int pid = strncmp(entry->d_name, begins, length) == 0 ? atoi(entry->d_name + length) : 0;
    return entry->d_type == DT_DIR && pid > 0 && kill(pid, 0) != 0 && errno == ESRCH;
}

void leftover_remove(int above, const char *begins)
{
    int again = openat(above, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = again < 0 ? NULL : fdopendir(again);
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;)
        if (is_left(entry, begins))
            unlinkat(above, entry->d_name, AT_REMOVEDIR);
    if (directory)
        closedir(directory);
    else if (again >= 0)
        close(again);
}
