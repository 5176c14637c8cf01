#include "preload/remote/network_class.h"
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAP_SIZE = 4096 };

/* By controller, and the file that says what its groups do to a packet. */
static const struct {
    const char *name, *file;
} controllers[] = {{"net_cls", "net_cls.classid"}, {"net_prio", "net_prio.ifpriomap"}};

enum { CONTROLLERS = sizeof controllers / sizeof *controllers };

static bool lists(char *names, const char *name)
{
    char *rest;
    for (char *one = strtok_r(names, ",", &rest); one; one = strtok_r(NULL, ",", &rest))
        if (strcmp(one, name) == 0)
            return true;
    return false;
}

/* cgroups(7): a line is ID:CONTROLLERS:PATH. False when the process is in no group of this controller. */
static bool find_group(const char *process, const char *controller, char group[PATH_MAX])
{
    char path[64], line[PATH_MAX + 128];
    bool found = false;
    snprintf(path, sizeof path, "/proc/%s/cgroup", process);
    FILE *file = fopen(path, "re");
    while (file && !found && fgets(line, sizeof line, file)) {
        char *names = strchr(line, ':'), *rest = names ? strchr(names + 1, ':') : NULL;
        if (!rest)
            continue;
        *rest++ = '\0';
        rest[strcspn(rest, "\n")] = '\0';
        found = lists(names + 1, controller) && snprintf(group, PATH_MAX, "%s", rest) < PATH_MAX;
    }
    if (file)
        fclose(file);
    return found;
}

/* What a group's file says; false when it cannot be read from here. */
static bool read_class(int controller, const char *group, char text[MAP_SIZE])
{
    char path[2 * PATH_MAX] = "";
    FILE *mounts = setmntent("/proc/self/mounts", "re");
    for (struct mntent *mount; mounts && !*path && (mount = getmntent(mounts));)
        if (strcmp(mount->mnt_type, "cgroup") == 0 && hasmntopt(mount, controllers[controller].name))
            snprintf(path, sizeof path, "%s%s/%s", mount->mnt_dir, group, controllers[controller].file);
    if (mounts)
        endmntent(mounts);
    FILE *file = *path ? fopen(path, "re") : NULL;
    if (!file)
        return false;
    text[fread(text, 1, MAP_SIZE - 1, file)] = '\0';
    fclose(file);
    return true;
}

static bool differs(int controller, const char *process)
{
    char own[PATH_MAX], other[PATH_MAX], own_class[MAP_SIZE], other_class[MAP_SIZE];
    if (!find_group("self", controllers[controller].name, own) ||
        !find_group(process, controllers[controller].name, other) || strcmp(own, other) == 0)
        return false;
    return !read_class(controller, own, own_class) || !read_class(controller, other, other_class) ||
           strcmp(own_class, other_class) != 0;
}

/* Mostly there are none: then no process needs a look. */
static bool any_group(void)
{
    static enum { UNKNOWN, NONE, SOME } groups;
    char group[PATH_MAX];
    for (int i = 0; groups == UNKNOWN && i < CONTROLLERS; i++)
        if (find_group("self", controllers[i].name, group))
            groups = SOME;
    groups = groups == SOME ? SOME : NONE;
    return groups == SOME;
}

uint64_t network_class_place(pid_t thread)
{
    char path[64], text[MAP_SIZE];
    uint64_t number = 0xcbf29ce484222325u; /* FNV-1a */
    snprintf(path, sizeof path, "/proc/%d/cgroup", (int)thread);
    int fd = any_group() ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return 0;
    for (ssize_t length; (length = read(fd, text, sizeof text)) > 0;)
        for (ssize_t i = 0; i < length; i++)
            number = (number ^ (unsigned char)text[i]) * 0x100000001b3u;
    close(fd);
    return number;
}

bool network_class_differs(pid_t pid)
{
    char process[16];
    snprintf(process, sizeof process, "%d", (int)pid);
    for (int i = 0; any_group() && i < CONTROLLERS; i++)
        if (differs(i, process))
            return true;
    return false;
}
