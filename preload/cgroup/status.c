#include "preload/cgroup/status.h"
#include "preload/cgroup/attach.h"
#include "preload/cgroup/group.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { OUTER_MAX = 32 };

struct walk {
    const struct stat *only; /* one group, whatever path leads to it; NULL: all */
    status_take *take;
    void *context;
    int error;
    size_t outer_count; /* groups with a policy that leaves nothing to those in them; the further out the earlier */
    char outer[OUTER_MAX][PATH_MAX];
};

static bool is_within(const char *path, const char *outer)
{
    size_t length = strlen(outer);
    return strncmp(path, outer, length) == 0 && path[length] == '/';
}

static bool is_same(int group, const struct stat *other)
{
    struct stat about;
    return fstat(group, &about) == 0 && about.st_dev == other->st_dev && about.st_ino == other->st_ino;
}

static bool look_at(void *context, int group, const char *path)
{
    static struct status status;
    struct walk *walk = context;
    struct cgroup_pair pair;
    int error = cgroup_find(group, false, &pair);
    walk->error = walk->error ? walk->error : error;
    if (error || pair.connections < 0)
        return error == 0;
    status = (struct status){0};
    status.tells = cgroup_maps_read_info(pair.connections, &status.info) &&
                   cgroup_maps_read_counts(pair.connections, status.counts);
    cgroup_close(&pair);
    strncpy(status.path, path, PATH_MAX - 1);
    for (size_t i = 0; i < walk->outer_count && !*status.overruled_by; i++)
        if (is_within(path, walk->outer[i]))
            memcpy(status.overruled_by, walk->outer[i], PATH_MAX);
    if (status.tells && status.info.mode == MODE_ENFORCE && walk->outer_count < OUTER_MAX && !*status.overruled_by)
        memcpy(walk->outer[walk->outer_count++], status.path, PATH_MAX);
    if (!walk->only || is_same(group, walk->only))
        walk->take(walk->context, &status);
    return true;
}

int status_each(const char *path, status_take *take, void *context)
{
    static struct walk walk;
    struct stat only;
    if (path && stat(path, &only) != 0)
        return errno;
    walk = (struct walk){.only = path ? &only : NULL, .take = take, .context = context};
    group_each(look_at, &walk);
    return walk.error;
}
