#include "preload/remote/unit.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROOTS_MAX = 4, FOLDERS_OPEN = 16 };

struct search {
    const char *name;
    struct process_list *list;
    bool found;
    int error;
};

static void read_processes(struct search *search, const char *folder)
{
    char path[PATH_MAX], line[32];
    pid_t pid;
    if (snprintf(path, sizeof path, "%s/cgroup.procs", folder) >= (int)sizeof path)
        return;
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (process_parse(line, &pid) && pid != getpid() && !process_list_add(search->list, pid))
            search->error = ENOMEM;
    }
    if (file)
        fclose(file);
}

static struct search *searching; /* nftw(3) hands nothing over */

/* systemd puts `_` before a name that the kernel's own files in a group could have: memory.service. */
static bool is_escaped(const char *path, const char *at)
{
    return at > path + 1 && at[-1] == '_' && at[-2] == '/';
}

static bool is_inside(const char *path, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = path; (at = strstr(at, name)); at++)
        if (at > path && (at[-1] == '/' || is_escaped(path, at)) && (at[length] == '/' || !at[length]))
            return true;
    return false;
}

/* A group of that name, or one below it. */
static int visit_folder(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)place;
    if (kind == FTW_D && is_inside(path, searching->name)) {
        searching->found = true;
        read_processes(searching, path);
    }
    return 0;
}

/* Where systemd keeps its groups: version 2's hierarchy, or on old and mixed systems one by name. */
static size_t find_roots(char roots[ROOTS_MAX][PATH_MAX])
{
    size_t count = 0;
    FILE *mounts = setmntent("/proc/self/mounts", "re");
    for (struct mntent *mount; mounts && count < ROOTS_MAX && (mount = getmntent(mounts));)
        if (strcmp(mount->mnt_type, "cgroup2") == 0 ||
            (strcmp(mount->mnt_type, "cgroup") == 0 && strstr(mount->mnt_opts, "name=systemd")))
            count += snprintf(roots[count], PATH_MAX, "%s", mount->mnt_dir) < PATH_MAX;
    if (mounts)
        endmntent(mounts);
    return count;
}

bool unit_processes(const char *unit, struct process_list *list)
{
    static char roots[ROOTS_MAX][PATH_MAX];
    char name[NAME_MAX + 1];
    struct search search = {.name = name, .list = list};
    const char *dot = strrchr(unit, '.');
    int length = snprintf(name, sizeof name, "%s%s", unit, dot ? "" : ".service");
    if (!*unit || length >= (int)sizeof name || strchr(unit, '/')) {
        errno = EINVAL;
        return false;
    }
    searching = &search;
    for (size_t i = find_roots(roots); i-- > 0;)
        nftw(roots[i], visit_folder, FOLDERS_OPEN, FTW_PHYS);
    searching = NULL;
    errno = search.error ? search.error : search.found ? 0 : ENOENT;
    return errno == 0;
}
