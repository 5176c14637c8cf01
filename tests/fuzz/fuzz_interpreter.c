/* A script's first line, which names its interpreter and what that passes on to: a path that ends, or an error. */
#include "fuzz.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fuzz_stat(const char *path, struct stat *status);

#define stat(path, status)             fuzz_stat(path, status)
#define faccessat(at, path, mode, how) 0
#include "preload/program/program.c" // NOLINT(bugprone-suspicious-include): its functions are its own
#undef stat
#undef faccessat

/* Every third path is there, as it looks. */
static int fuzz_stat(const char *path, struct stat *status)
{
    memset(status, 0, sizeof *status);
    status->st_mode = S_IFREG | 0755;
    errno = ENOENT;
    return strlen(path) % 3 == 1 ? -1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct program program;
    char line[FIRST_LINE + 1] = "#!";
    size_t length = size < FIRST_LINE - 2 ? size : FIRST_LINE - 2;
    memcpy(line + 2, data, length);
    line[2 + length] = '\0';
    int error = take_interpreter(&program, line);
    PROPERTY(error >= 0 && memchr(program.object, '\0', sizeof program.object));
    PROPERTY(error != 0 || program.object[0]);
    return 0;
}
