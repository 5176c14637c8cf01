#include "preload/enable/drop_in.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is there already: DROP_IN_ABSENT, DROP_IN_NOT_OURS, or DROP_IN_AS_BEFORE with its content. */
static enum drop_in_result look(const char *path, char content[DROP_IN_SIZE])
{
    *content = '\0';
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? DROP_IN_ABSENT : DROP_IN_ERROR;
    ssize_t length = read(fd, content, DROP_IN_SIZE - 1);
    close(fd);
    content[length > 0 ? length : 0] = '\0';
    return strncmp(content, DROP_IN_MADE_BY, strlen(DROP_IN_MADE_BY)) == 0 ? DROP_IN_AS_BEFORE : DROP_IN_NOT_OURS;
}

static bool write_whole(const char *path, const char *content)
{
    char scratch[PATH_MAX + 8];
    snprintf(scratch, sizeof scratch, "%s.new", path);
    int fd = open(scratch, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool written = fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content) && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    if (written && rename(scratch, path) == 0)
        return true;
    int error = errno;
    unlink(scratch);
    errno = error;
    return false;
}

static void directory_of(const char *path, char directory[PATH_MAX])
{
    snprintf(directory, PATH_MAX, "%s", path);
    *strrchr(directory, '/') = '\0';
}

enum drop_in_result drop_in_put(const char *path, const char *content)
{
    static char before[DROP_IN_SIZE];
    char directory[PATH_MAX];
    enum drop_in_result there = look(path, before);
    if (there == DROP_IN_NOT_OURS || there == DROP_IN_ERROR)
        return there;
    if (there == DROP_IN_AS_BEFORE && strcmp(before, content) == 0)
        return DROP_IN_AS_BEFORE;
    directory_of(path, directory);
    if (mkdir(directory, 0755) != 0 && errno != EEXIST)
        return DROP_IN_ERROR;
    return write_whole(path, content) ? DROP_IN_DONE : DROP_IN_ERROR;
}

enum drop_in_result drop_in_take(const char *path)
{
    static char before[DROP_IN_SIZE];
    char directory[PATH_MAX];
    enum drop_in_result there = look(path, before);
    if (there != DROP_IN_AS_BEFORE)
        return there;
    if (unlink(path) != 0)
        return DROP_IN_ERROR;
    directory_of(path, directory);
    if (strlen(directory) > strlen(DROP_IN_DIRECTORY))
        rmdir(directory);
    return DROP_IN_DONE;
}
