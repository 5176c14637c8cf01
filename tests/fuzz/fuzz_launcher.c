/*
 * A script that somebody wrote and the words that it is started with, the words on the first lines: looked through to
 * the end, no further.
 */
#include "fuzz.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static int fuzz_open(const char *path, int flags);
static ssize_t fuzz_pread(int fd, void *into, size_t size, off_t at);

#define open      fuzz_open
#define pread     fuzz_pread
#define close(fd) ((void)(fd))
#include "preload/program/launcher.c" // NOLINT(bugprone-suspicious-include): its functions are its own
#undef open
#undef pread
#undef close

static struct span script;

static int fuzz_open(const char *path, int flags)
{
    (void)path, (void)flags;
    return 0;
}

static ssize_t fuzz_pread(int fd, void *into, size_t size, off_t at)
{
    (void)fd, (void)at;
    size_t length = script.length < size ? script.length : size;
    memcpy(into, script.at, length);
    return (ssize_t)length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { WORDS_MAX = 12 };
    static struct program program;
    char *word[WORDS_MAX + 2] = {NULL};
    int count = 0;
    char *text = strndup((const char *)data, size);
    PROPERTY(text);
    script = (struct span){(const char *)data, size};
    for (char *rest = text; rest && count <= WORDS_MAX;)
        word[count++] = strsep(&rest, "\n");
    strncpy(program.path, word[0], sizeof program.path - 1);
    program.script = true;
    struct launcher_loss loss;
    if (launcher_loses(&program, word + 1, &loss))
        PROPERTY(*loss.why);
    char *const *starts = launcher_starts(word);
    PROPERTY(!starts || env_string_mark() || (starts > word && starts < word + count));
    PROPERTY(!starts || strlen(*starts) <= size);
    env_string_forget(NULL);
    free(text);
    return 0;
}
