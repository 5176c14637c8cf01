#include "preload/command/standard.h"
#include "preload/command/say.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static bool is_closed(int fd)
{
    return fcntl(fd, F_GETFD) < 0 && errno == EBADF;
}

/*
 * Open the wrong way round, for reading where we would write: EBADF, as if it were closed. The lowest free
 * number is taken.
 */
static void hold(int fd)
{
    int held = open("/dev/null", (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
    if (held < 0)
        held = open("/", O_PATH | O_CLOEXEC);
    if (held >= 0 && held != fd)
        close(held);
}

void standard_hold(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (is_closed(fd))
            hold(fd);
}

static int lost; /* the errno of what could not be written */

bool standard_flush(void)
{
    errno = 0;
    if (fflush(stdout) != 0 && !lost)
        lost = errno;
    return !lost && !ferror(stdout);
}

int standard_finish(int result)
{
    if (standard_flush())
        return result;
    return lost ? say_error("output", NULL, lost) : say_usage("output", NULL, "could not be written");
}
