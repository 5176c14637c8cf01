#include "preload/cgroup/trial.h"
#include "preload/cgroup/attach.h"
#include "preload/cgroup/leftover.h"
#include "preload/cgroup/maps.h"
#include "preload/pidfd.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME_BEGINS "tcpalive-trial-"

enum { PATIENCE_MS = 1000 };
enum { NOT_TRIED = 255, ALL_SET = 254 }; /* else the first option that is not as it should be */

static bool enter(int group)
{
    int fd = openat(group, "cgroup.procs", O_WRONLY | O_CLOEXEC);
    bool entered = fd >= 0 && write(fd, "0", 1) == 1;
    close(fd);
    return entered;
}

/* The kernel moves a segment size or a window to what it can use: that it moved at all is enough. */
static bool is_set(int fd, struct cgroup_option option, int wanted)
{
    int value = 0, untouched = 0, other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t length = sizeof value;
    getsockopt(fd, option.level, option.name, &value, &length);
    getsockopt(other, option.level, option.name, &untouched, &length);
    close(other);
    return value == wanted || value != untouched;
}

/* In the child. */
static int try_listener(int group, const struct policy *policy)
{
    int32_t row[CGROUP_VALUES];
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = enter(group) ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
    if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof name) != 0 || listen(fd, 0) != 0)
        return NOT_TRIED;
    cgroup_write_row(&policy->plain, row);
    for (int i = 0; i < CGROUP_OPTIONS; i++)
        if (row[i] && !is_set(fd, cgroup_option((size_t)i), row[i]))
            return i;
    return ALL_SET;
}

/* In a group that is frozen (cgroup.freeze) the child does not run. */
static int wait_for(pid_t child)
{
    struct pollfd end = {pidfd_of(child, 0), POLLIN, 0};
    int status = 0;
    poll(&end, 1, PATIENCE_MS);
    if (end.fd >= 0)
        close(end.fd);
    kill(child, SIGKILL); /* too late for one that has ended */
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : NOT_TRIED;
}

/* The listener has been there by now. */
static bool has_call_backs(const struct cgroup_pair *pair)
{
    uint64_t counts[CGROUP_COUNTS];
    return !cgroup_maps_read_counts(pair->connections, counts) || counts[CGROUP_NO_CALL_BACK] == 0;
}

static int try_in(int group, const struct policy *policy, bool *bounds)
{
    struct cgroup_pair pair, none = {-1, -1};
    char ignored[256];
    struct text why = text_in(ignored, sizeof ignored);
    int error = cgroup_load(policy, &none, &pair, &why);
    pid_t child = error || cgroup_attach(group, &pair, &none) != 0 ? -1 : fork();
    if (child == 0)
        _exit(try_listener(group, policy));
    int result = child > 0 ? wait_for(child) : NOT_TRIED;
    *bounds = error || has_call_backs(&pair);
    cgroup_close(&pair);
    return result;
}

/* Every option that the policy sets anywhere, on every connection. */
static void gather(const struct policy *policy, struct policy *all)
{
    all->plain = policy->plain;
    for (int i = 0; i < policy->rule_count; i++)
        for (enum setting_id id = 0; id < OPTION_COUNT && !policy->rule[i].off; id++)
            if (value_leaves_alone(all->plain.value[id]))
                all->plain.value[id] = policy->rule[i].profile.value[id];
    if (cgroup_bounds(policy))
        all->plain.detect = 1;
}

bool cgroup_trial(int group, const struct policy *policy, bool *bounds, struct text *why)
{
    static struct policy all;
    char name[64], flag[SETTING_NAME_SIZE] = "keepalive";
    sigset_t all_signals, before;
    leftover_remove(group, NAME_BEGINS);
    snprintf(name, sizeof name, NAME_BEGINS "%d", (int)getpid());
    *bounds = true;
    sigfillset(&all_signals);
    sigprocmask(SIG_BLOCK, &all_signals, &before); /* not to be ended while the group is there */
    bool made = mkdirat(group, name, 0755) == 0;
    int below = made ? openat(group, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    gather(policy, &all);
    int result = below < 0 ? NOT_TRIED : try_in(below, &all, bounds);
    if (below >= 0)
        close(below);
    if (made)
        unlinkat(group, name, AT_REMOVEDIR);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (result >= CGROUP_OPTIONS)
        return true;
    if (result < OPTION_COUNT)
        setting_flag(result, flag);
    text_add(why, "this kernel does not set ");
    text_add(why, result < OPTION_COUNT ? flag + 2 : flag);
    text_add(why, " for a control group");
    return false;
}
