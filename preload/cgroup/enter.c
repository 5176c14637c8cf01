#include "preload/cgroup/enter.h"
#include "preload/cgroup/group.h"
#include "preload/cgroup/leftover.h"
#include "preload/cgroup/put.h"
#include "preload/orphans.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME_BEGINS "tcpalive-run-"

/* With the groups that the program made below it, which are as empty. */
static bool remove_group(int above, const char *name)
{
    int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove_group(fd, entry->d_name);
    if (directory)
        closedir(directory);
    else if (fd >= 0)
        close(fd);
    return unlinkat(above, name, AT_REMOVEDIR) == 0;
}

static bool is_populated(int events)
{
    char text[256] = "";
    return pread(events, text, sizeof text - 1, 0) > 0 && strstr(text, "populated 1");
}

/*
 * The kernel tells of a change 10 ms after the last one at the soonest, and forgets to when the group is gone by then:
 * somebody else, such as the next run, may have removed it right after the program's end.
 */
enum { LOOK_AGAIN_MS = 5000 };

/* The end of `entered` says that the program is in the group, or will never be. */
static void watch(int above, const char *name, int entered)
{
    char path[64], ignored;
    while (read(entered, &ignored, 1) < 0 && errno == EINTR)
        ;
    snprintf(path, sizeof path, "%.40s/cgroup.events", name);
    struct pollfd events = {openat(above, path, O_RDONLY | O_CLOEXEC), POLLPRI, 0};
    while (events.fd >= 0 && is_populated(events.fd))
        poll(&events, 1, LOOK_AGAIN_MS); /* cgroup-v2.rst: a change of the file is told this way */
    remove_group(above, name);
}

/* No signal meant for the program's group or terminal ends the watcher, from its first moment on. */
static void leave_group(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    setsid();
}

/* Nothing of the caller's stays open in the watcher. */
static void become_watcher(int above, int entered)
{
    const int kept[] = {above, entered};
    if (chdir("/") != 0)
        _exit(1);
    DIR *open_files = opendir("/proc/self/fd");
    for (struct dirent *entry; open_files && (entry = readdir(open_files));) {
        int fd = atoi(entry->d_name);
        if (fd != kept[0] && fd != kept[1] && fd != dirfd(open_files) && entry->d_name[0] != '.')
            close(fd);
    }
    if (open_files)
        closedir(open_files);
}

/*
 * Returns a descriptor whose closing lets the watcher begin; -1 when there is none: one that would be the program's own
 * child is not started, and the end of its container removes the group.
 */
static int start_watcher(int above, const char *name)
{
    int ends[2];
    if (orphans_come_back() || pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        leave_group(); /* it is waited for, its own child is not */
        if (fork() != 0)
            _exit(0);
        close(ends[1]);
        become_watcher(above, ends[0]);
        watch(above, name, ends[0]);
        _exit(0);
    }
    close(ends[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return ends[1];
}

static bool move_in(int group, struct text *why)
{
    int procs = openat(group, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    bool moved = procs >= 0 && write(procs, "0", 1) == 1;
    if (!moved) {
        text_add(why, "the program cannot move into a control group of its own: ");
        text_add(why, strerror(errno));
    }
    if (procs >= 0)
        close(procs);
    return moved;
}

static bool enter_below(int above, struct policy *policy, bool *bounds, struct text *why)
{
    char name[64];
    const struct cgroup_pair none = {-1, -1};
    snprintf(name, sizeof name, NAME_BEGINS "%d", (int)getpid());
    leftover_remove(above, NAME_BEGINS);
    int entered =
        start_watcher(above, name); /* first, so that whenever this process is killed somebody removes the group */
    if (mkdirat(above, name, 0755) != 0 && errno != EEXIST) {
        text_add(why, "no control group can be made: ");
        text_add(why, strerror(errno));
        if (entered >= 0)
            close(entered);
        return false;
    }
    int group = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = group >= 0 && put_policy(group, policy, &none, bounds, why) && move_in(group, why);
    if (entered >= 0)
        close(entered);
    if (group >= 0)
        close(group);
    if (!done)
        unlinkat(above, name, AT_REMOVEDIR);
    return done;
}

bool enter_own_group(struct policy *policy, bool *bounds, struct text *why)
{
    char path[PATH_MAX];
    const char *wrong = group_of_caller(path);
    int above = wrong ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *bounds = true;
    if (above < 0) {
        text_add(why, wrong ? wrong : strerror(errno));
        return false;
    }
    bool done = enter_below(above, policy, bounds, why);
    close(above);
    return done;
}
