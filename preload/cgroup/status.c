#include "preload/cgroup/status.h"
#include "preload/cgroup/attach.h"
#include "preload/cgroup/group.h"
#include <string.h>

enum { OUTER_MAX = 32 };

struct walk {
    const char *only;
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
    if (!walk->only || strcmp(walk->only, path) == 0)
        walk->take(walk->context, &status);
    return true;
}

int status_each(const char *path, status_take *take, void *context)
{
    static struct walk walk;
    walk = (struct walk){.only = path, .take = take, .context = context};
    group_each(look_at, &walk);
    return walk.error;
}
