#include "preload/cgroup/group.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Where a group is found below a mount whose root is `root`; NULL where that does not show it. */
static const char *below_root(const char *within, const char *root)
{
    size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);
    bool shown = strncmp(within, root, length) == 0 && (within[length] == '/' || within[length] == '\0');
    return shown ? within + length : NULL;
}

/* Three digits of base eight, however much of a line was cut off behind them. */
static bool is_escape(const char *at)
{
    return at[0] == '\\' && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' && at[2] <= '7' && at[3] >= '0' &&
           at[3] <= '7';
}

/* White space and backslashes stand there as `\040` (proc_pid_mountinfo(5)). */
static void decode(char *text)
{
    char *to = text;
    for (const char *at = text; *at; at++)
        if (is_escape(at)) {
            *to++ = (char)((at[1] - '0') << 6 | (at[2] - '0') << 3 | (at[3] - '0'));
            at += 3;
        } else {
            *to++ = *at;
        }
    *to = '\0';
}

/*
 * The place of a group as /proc names it, or with NULL that of the first mount. In a control group
 * namespace a mount that was made outside begins further up, at `/..`: the same words would lead to another
 * group there (cgroup_namespaces(7)).
 */
static bool find_mounted(const char *within, char path[PATH_MAX])
{
    static char line[4 * PATH_MAX], root[PATH_MAX], point[PATH_MAX];
    bool found = false;
    FILE *mounts = fopen("/proc/self/mountinfo", "re");
    while (mounts && !found && fgets(line, sizeof line, mounts)) {
        if (!strstr(line, " - cgroup2 ") || sscanf(line, "%*s %*s %*s %4095s %4095s", root, point) != 2)
            continue;
        decode(root);
        decode(point);
        const char *rest = within ? below_root(within, root) : "";
        found = rest && (size_t)snprintf(path, PATH_MAX, "%s%s", point, rest) < PATH_MAX;
    }
    if (mounts)
        fclose(mounts);
    return found;
}

bool group_mount(char path[PATH_MAX])
{
    return find_mounted(NULL, path);
}

/* The line of version 2 in /proc/PID/cgroup: `0::/system.slice/nginx.service`. */
static bool read_process(pid_t pid, char path[PATH_MAX])
{
    char name[64];
    bool found = false;
    static char line[PATH_MAX];
    snprintf(name, sizeof name, "/proc/%d/cgroup", (int)(pid ? pid : getpid()));
    FILE *file = fopen(name, "re");
    while (file && !found && fgets(line, sizeof line, file))
        found = strncmp(line, "0::/", 4) == 0;
    if (file)
        fclose(file);
    if (found) {
        line[strcspn(line, "\n")] = '\0';
        snprintf(path, PATH_MAX, "%s", line + 3);
    }
    return found;
}

static void step_out(char *path)
{
    static const char *const inner[] = {"/.control", "/init.scope"};
    for (size_t i = 0; i < sizeof inner / sizeof *inner; i++) {
        size_t length = strlen(path), end = strlen(inner[i]);
        if (length > end && strcmp(path + length - end, inner[i]) == 0)
            path[length - end] = '\0';
    }
}

static const char *read_within(pid_t pid, char within[PATH_MAX])
{
    if (!read_process(pid, within))
        return errno == ENOENT ? "no such process" : "it is in no control group of version 2";
    return strncmp(within, "/..", 3) == 0 ? "it is in a control group that cannot be seen from here" : NULL;
}

static const char *join(const char *within, char path[PATH_MAX])
{
    if (!group_mount(path))
        return "cgroup2 is not mounted";
    return find_mounted(within, path) ? NULL : "cgroup2 is not mounted where its control group could be seen";
}

const char *group_of_caller(char path[PATH_MAX])
{
    char within[PATH_MAX];
    const char *why = read_within(0, within);
    return why ? why : join(within, path);
}

const char *group_of_process(pid_t pid, char path[PATH_MAX])
{
    char within[PATH_MAX];
    const char *why = read_within(pid, within);
    if (why)
        return why;
    step_out(within);
    if (strcmp(within, "/") == 0)
        return "it is in no control group of its own, but with the whole machine; name that by its PATH if it is meant";
    return join(within, path);
}

/* The group whose last part is `name`; of several the one nearest to the top. */
struct search {
    const char *name;
    char *path;
    size_t depth;
};

static size_t depth_of(const char *path)
{
    size_t depth = 0;
    for (; *path; path++)
        depth += *path == '/';
    return depth;
}

/* systemd puts `_` before a name that the kernel's own files in a group could have: memory.slice, cgroup.service. */
static bool is_named(const char *folder, const char *unit)
{
    return strcmp(folder + (folder[0] == '_'), unit) == 0 || strcmp(folder, unit) == 0;
}

static bool compare(void *context, int group, const char *path)
{
    struct search *search = context;
    const char *last = strrchr(path, '/');
    size_t depth = depth_of(path);
    (void)group;
    if (last && is_named(last + 1, search->name) && (!search->depth || depth < search->depth)) {
        snprintf(search->path, PATH_MAX, "%s", path);
        search->depth = depth;
    }
    return true;
}

const char *group_of_unit(const char *name, char path[PATH_MAX])
{
    char unit[NAME_MAX + 1];
    struct search search = {.name = unit, .path = path};
    if ((size_t)snprintf(unit, sizeof unit, "%s%s", name, strchr(name, '.') ? "" : ".service") >= sizeof unit)
        return "is no unit's name";
    group_each(compare, &search);
    return search.depth ? NULL : "no control group has that name: the unit does not run, or has another name";
}

int group_open(const char *path, const char **why)
{
    struct statfs system;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *why = NULL;
    if (fd < 0)
        *why = strerror(errno);
    else if (fstatfs(fd, &system) != 0 || system.f_type != CGROUP2_SUPER_MAGIC)
        *why = system.f_type == CGROUP_SUPER_MAGIC ? "a group of version 1; the kernel runs programs for version 2 only"
                                                   : "no control group (cgroup2)";
    if (!*why) {
        flock(fd, LOCK_EX);
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool visit_below(DIR *directory, char path[PATH_MAX], group_visit *visit, void *context);

static bool visit_one(int above, const char *name, char path[PATH_MAX], group_visit *visit, void *context)
{
    size_t length = strlen(path);
    int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return true; /* it has gone */
    if (strcmp(name, ".") != 0 && length + strlen(name) + 2 <= PATH_MAX)
        snprintf(path + length, PATH_MAX - length, "/%s", name);
    bool goes_on = visit(context, fd, path);
    DIR *directory = goes_on ? fdopendir(fd) : NULL;
    if (directory) {
        goes_on = visit_below(directory, path, visit, context);
        closedir(directory);
    } else {
        close(fd);
    }
    path[length] = '\0';
    return goes_on;
}

static bool visit_below(DIR *directory, char path[PATH_MAX], group_visit *visit, void *context)
{
    bool goes_on = true;
    for (struct dirent *entry; goes_on && (entry = readdir(directory));)
        if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            goes_on = visit_one(dirfd(directory), entry->d_name, path, visit, context);
    return goes_on;
}

void group_each(group_visit *visit, void *context)
{
    char path[PATH_MAX];
    int top = group_mount(path) ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (top < 0)
        return;
    visit_one(top, ".", path, visit, context);
    close(top);
}
