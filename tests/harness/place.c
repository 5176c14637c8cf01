#include "place.h"
#include "cmocka_all.h"
#include "scene.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 32 };

static char *directory;
static char *placed[FILES];

const char *place_path(const char *name)
{
    static char paths[8][512];
    static size_t turn;
    char *path = paths[turn++ % 8];
    if (!directory)
        directory = scene_directory();
    assert_true(snprintf(path, sizeof paths[0], "%s/%s", directory, name) < (int)sizeof paths[0]);
    return path;
}

static void copy(int from, const char *to)
{
    struct stat status;
    int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    assert_true(fd >= 0);
    assert_int_equal(fstat(from, &status), 0);
    for (off_t left = status.st_size; left > 0;) {
        ssize_t sent = sendfile(fd, from, NULL, (size_t)left);
        assert_true(sent > 0);
        left -= sent;
    }
    assert_int_equal(fchmod(fd, 0755), 0);
    close(fd);
}

const char *place_file(const char *file)
{
    size_t slot = 0;
    const char *base = strrchr(file, '/');
    const char *path = place_path(base ? base + 1 : file);
    for (; slot < FILES && placed[slot]; slot++)
        if (strcmp(placed[slot], path) == 0)
            return placed[slot];
    assert_true(slot < FILES);
    int from = open(file[0] == '/' ? file : scene_build(file), O_RDONLY | O_CLOEXEC);
    if (from < 0)
        return NULL;
    copy(from, path);
    close(from);
    return placed[slot] = strdup(path);
}

int place_remove(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILES; i++) {
        free(placed[i]);
        placed[i] = NULL;
    }
    if (directory)
        scene_remove_directory(directory);
    directory = NULL;
    return 0;
}
