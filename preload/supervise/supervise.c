#include "preload/supervise/supervise.h"
#include "core/filter.h"
#include "preload/orphans.h"
#include "preload/pidfd.h"
#include "preload/supervise/aside.h"
#include "preload/supervise/keep.h"
#include "preload/supervise/pair.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static enum supervise_result refuse(struct text *why, const char *what, int error)
{
    text_add(why, what);
    if (error) {
        text_add(why, ": ");
        text_add(why, strerror(error));
    }
    return SUPERVISE_REFUSED;
}

/* The two sides speak in numbers, and in turn. */
static bool tell(int channel, int number)
{
    return write(channel, &number, sizeof number) == (ssize_t)sizeof number;
}

static bool hear(int channel, int *number)
{
    return read(channel, number, sizeof *number) == (ssize_t)sizeof *number;
}

/*
 * Since Linux 5.9 a filter's descriptor tells when nobody is left under it; without that the supervisor
 * would never end.
 */
static bool kernel_is_old(void)
{
    struct utsname name;
    unsigned major = 0, minor = 0;
    return uname(&name) != 0 || sscanf(name.release, "%u.%u", &major, &minor) != 2 || major < 5 ||
           (major == 5 && minor < 9);
}

static bool notifications_fit(void)
{
    struct seccomp_notif_sizes sizes;
    return syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) == 0 &&
           sizes.seccomp_notif <= SUPERVISE_NOTIFICATION_MAX && sizes.seccomp_notif_resp <= SUPERVISE_NOTIFICATION_MAX;
}

static bool names_user_timeout(const struct policy *policy)
{
    bool named = !value_leaves_alone(policy->plain.value[SETTING_USER_TIMEOUT]);
    for (int i = 0; i < policy->rule_count && !named; i++)
        named = !policy->rule[i].off && !value_leaves_alone(policy->rule[i].profile.value[SETTING_USER_TIMEOUT]);
    return named;
}

/* Whatever it listens on: does some rule cover a connection that is accepted, or no rule decide? */
static bool covers_accepted(const struct policy *policy)
{
    for (int i = 0; i < policy->rule_count; i++) {
        const struct rule *rule = &policy->rule[i];
        if (rule->direction == DIRECTION_CONNECT)
            continue;
        if (!rule->off)
            return true;
        if (!rule->endpoint.family && rule_speaks(rule, DIRECTION_ACCEPT, 1) &&
            rule_speaks(rule, DIRECTION_ACCEPT, 65535))
            return false; /* off for all that is left */
    }
    return true;
}

static struct supervise_wishes wish(const struct policy *policy)
{
    return (struct supervise_wishes){names_user_timeout(policy), covers_accepted(policy), policy_looks_again(policy)};
}

/* The program may have started with some of its first three descriptors closed, and shall find them so. */
static void off_standard(int channel[2])
{
    for (int i = 0; i < 2; i++) {
        int fd = channel[i] <= STDERR_FILENO ? fcntl(channel[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1) : channel[i];
        if (fd != channel[i])
            close(channel[i]);
        channel[i] = fd;
    }
}

static int take(pid_t program, int number)
{
    int pidfd = pidfd_of(program, 0);
    int fd = pidfd < 0 ? -1 : pidfd_take(pidfd, number);
    int error = errno;
    if (pidfd >= 0)
        close(pidfd);
    return fd < 0 ? -error : fd;
}

/*
 * The supervisor's side of the start: says who it is, tries its rights, takes the listener. Each answer is 0
 * or an errno.
 */
static void supervisor(struct supervise_job *job, int channel, int other_end)
{
    static struct policy policy;
    struct shared *shared = supervise_pair_share();
    int go, number, listener;
    policy = *job->policy;
    policy.programs = policy.programs ? strdup(policy.programs) : NULL;
    job->policy = &policy;
    supervise_step_aside(&policy, channel);
    if (!shared || !tell(channel, getpid()) || !hear(channel, &go))
        return;
    int tried = supervise_has_descriptors() ? take(job->program, other_end) : -EMFILE;
    if (tried >= 0)
        close(tried);
    if (!tell(channel, tried < 0 ? -tried : 0) || !hear(channel, &number) || number < 0)
        return;
    listener = take(job->program, number);
    if (listener >= 0) {
        supervise_serve_begin(job, listener, shared);
        supervise_inherited(job);
    }
    if (!tell(channel, listener < 0 ? -listener : 0) || listener < 0)
        return;
    close(channel);
    supervise_keep(job, listener, shared);
}

/*
 * Beside the program, not below it: forked twice, unless its orphans would come back to it (`once`). False with errno.
 */
static bool launch(struct supervise_job *job, const int channel[2], bool once)
{
    pid_t child = supervise_fork_silently();
    if (child == 0) {
        pid_t grandchild = once ? 0 : supervise_fork_silently();
        if (grandchild == 0)
            supervisor(job, channel[1], channel[0]);
        _exit(grandchild < 0);
    }
    int error = errno, status = 0;
    close(channel[1]);
    if (child > 0 && !once)
        waitpid(child, &status, __WALL);
    errno = child < 0 ? error : EAGAIN;
    return child > 0 && status == 0;
}

/* Without CAP_SYS_ADMIN a filter asks for no_new_privs: seccomp(2). */
static int install_filter(const struct supervise_wishes *wishes)
{
    int fd = supervise_filter_install(wishes);
    if (fd == -EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        fd = supervise_filter_install(wishes);
    return fd;
}

static enum supervise_result shake_hands(const struct supervise_wishes *wishes, int channel, struct text *why)
{
    int pid, error;
    if (!hear(channel, &pid))
        return refuse(why, "the supervisor did not start", 0);
    prctl(PR_SET_PTRACER, pid, 0, 0, 0); /* Yama lets a process name who may look into it */
    if (!tell(channel, 0) || !hear(channel, &error))
        return refuse(why, "the supervisor did not answer", 0);
    if (error)
        return refuse(why, "its descriptors may not be taken (pidfd_getfd)", error);
    int listener = install_filter(wishes);
    if (!tell(channel, listener)) {
        refuse(why, "the supervisor did not answer", 0);
        return listener < 0 ? SUPERVISE_REFUSED : SUPERVISE_BROKEN;
    }
    if (listener == -EBUSY)
        return refuse(why, "it has a seccomp supervisor already", 0);
    if (listener < 0)
        return refuse(why, "a seccomp filter may not be installed", -listener);
    if (!hear(channel, &error) || error) {
        refuse(why, "the supervisor could not take over", 0);
        return SUPERVISE_BROKEN;
    }
    close(listener);
    return SUPERVISE_STARTED;
}

/* By the names that the program will have once it runs. */
static bool admits(const struct policy *policy, const struct program *program)
{
    char file[PATH_MAX];
    const char *name = strrchr(program->path, '/');
    const char *runs = realpath(program->object, file) ? strrchr(file, '/') : NULL;
    return !policy->programs ||
           filter_admits(span_of(policy->programs), name ? name + 1 : program->path, runs ? runs + 1 : NULL);
}

enum supervise_result supervise_start(const struct policy *policy, const struct program *program, struct text *why)
{
    int channel[2];
    struct supervise_job job = {
        .policy = policy, .wishes = wish(policy), .program = getpid(), .inherits = admits(policy, program)};
    if (kernel_is_old())
        return refuse(why, "the kernel is older than Linux 5.9", 0);
    if (!notifications_fit())
        return refuse(why, "seccomp user notification is not to be had here", errno);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) != 0)
        return refuse(why, "no channel to a supervisor", errno);
    off_standard(channel);
    bool once = orphans_come_back();
    bool launched = launch(&job, channel, once);
    enum supervise_result result =
        launched ? shake_hands(&job.wishes, channel[0], why) : refuse(why, "no process for a supervisor", errno);
    close(channel[0]);
    if (once && result == SUPERVISE_REFUSED)
        waitpid(-1, NULL, __WCLONE); /* the one that gave up */
    return result;
}
