#include "preload/supervise/serve.h"
#include "core/log.h"
#include "preload/apply.h"
#include "preload/facts.h"
#include "preload/newer_kernel.h"
#include "preload/remote/cover.h"
#include "preload/remote/descriptors.h"
#include "preload/remote/direction.h"
#include "preload/remote/process.h"
#include "preload/supervise/calls.h"
#include "preload/supervise/report_socket.h"
#include "preload/supervise/sweep.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SYNC_WAKE_UP = 1 };

struct server {
    const struct supervise_job *job;
    struct cover cover;
    int listener;
    bool trouble_reported;
    struct {
        pid_t thread; /* 0: none yet, -1: for one call only */
        int pidfd;
    } last; /* whose call was served last: mostly also whose is next */
};

static bool still_waits(const struct server *server, const struct seccomp_notif *notification)
{
    return ioctl(server->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &notification->id) == 0;
}

/* A thread may have descriptors of its own; before Linux 6.9 its process's are all that can be had. */
static int open_thread(pid_t thread, pid_t *whose)
{
    int fd = (int)syscall(SYS_pidfd_open, thread, PIDFD_THREAD);
    *whose = thread;
    if (fd >= 0 || errno != EINVAL)
        return fd;
    *whose = process_leader(thread);
    return (int)syscall(SYS_pidfd_open, *whose, 0);
}

static void report_trouble(struct server *server, pid_t pid, const char *why)
{
    if (!server->trouble_reported)
        supervise_report_trouble(pid, why);
    server->trouble_reported = true;
}

static void forget_last(struct server *server)
{
    if (server->last.thread)
        close(server->last.pidfd);
    server->last.thread = 0;
}

/* Opened while the call waits, it is the caller's; later it stays the caller's or is nobody's (ESRCH). */
static bool open_caller(struct server *server, const struct seccomp_notif *notification)
{
    pid_t caller = (pid_t)notification->pid, whose;
    forget_last(server);
    int pidfd = open_thread(caller, &whose);
    if (pidfd < 0)
        return false;
    server->last.thread = whose == caller ? caller : -1; /* a process outlives its threads' numbers */
    server->last.pidfd = pidfd;
    if (still_waits(server, notification))
        return true;
    forget_last(server);
    errno = ENOENT;
    return false;
}

static int duplicate(const struct server *server, int number)
{
    return (int)syscall(SYS_pidfd_getfd, server->last.pidfd, number, 0);
}

/* A duplicate of the descriptor that the call is about, or -1. */
static int take_descriptor(struct server *server, const struct seccomp_notif *notification, int number)
{
    int fd = -1;
    if (server->last.thread > 0 && server->last.thread == (pid_t)notification->pid)
        fd = duplicate(server, number);
    else
        errno = ESRCH;
    if (fd < 0 && errno == ESRCH && open_caller(server, notification))
        fd = duplicate(server, number);
    /* Not its mistake, nor its end (ENOENT: what still_waits() says then). */
    if (fd < 0 && errno != EBADF && errno != ESRCH && errno != ENOENT)
        report_trouble(server, (pid_t)notification->pid, strerror(errno));
    return fd;
}

static bool wants_names(const struct server *server)
{
    return server->job->policy->rule_count || supervise_report_wants(LEVEL_DEBUG);
}

/* False when the call goes to no TCP peer: another family, or memory that cannot be read. */
static bool read_peer(const struct seccomp_notif *notification, const struct supervise_call *call, struct facts *facts)
{
    struct sockaddr_storage name = {0};
    size_t length = call->length < sizeof name ? call->length : sizeof name;
    return supervise_memory((pid_t)notification->pid, call->address, &name, length) &&
           facts_from_sockaddr((struct sockaddr *)&name, (socklen_t)length, &facts->peer, &facts->port);
}

static void cover_call(struct server *server, const struct seccomp_notif *notification,
                       const struct supervise_call *call, int fd)
{
    struct facts facts = {.role = call->kind == SUPERVISE_CALL_LISTEN ? ROLE_LISTEN : ROLE_CONNECT};
    if (wants_names(server) || supervise_report_wants(LEVEL_INFO)) {
        bool known = facts.role == ROLE_LISTEN ? facts_listening(fd, &facts) : read_peer(notification, call, &facts);
        if (!known)
            return;
    }
    enum cover_outcome outcome = cover_socket(&server->cover, &facts, fd);
    if (outcome != COVER_NOT_TCP)
        supervise_report_socket(&facts, &server->cover.plan, call->fd);
    if (server->cover.plan.waiting && outcome != COVER_NOT_TCP)
        supervise_sweep_add(process_leader((pid_t)notification->pid));
    if (outcome == COVER_REFUSED)
        report_trouble(server, (pid_t)notification->pid, cover_why(&server->cover));
}

/* What the socket is, as far as that can be told now. */
static void look_at(const struct policy *policy, pid_t pid, int fd, struct facts *facts)
{
    static struct listened_ports ports;
    *facts = (struct facts){.role = ROLE_MADE};
    if (!policy->rule_count)
        return;
    direction_read_ports(&ports, pid);
    direction_facts(&ports, fd, facts);
}

/* Of the policy's value and the program's, the tighter one: true when that is the policy's, which is then set. */
static bool tighten(const struct plan *plan, int option, int fd, int asked)
{
    const int on = 1;
    enum setting_id id = (enum setting_id)option;
    if (option == APPLY_KEEPALIVE)
        return asked == 0 && cover_setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on, APPLY_MARK) == 0;
    int32_t value = apply_to_core(id, asked);
    struct plan one = {.covered = true, .set = (uint16_t)(1u << option)};
    one.value[option] = plan->value[option];
    return plan_answer(MODE_TIGHTEN, id, plan->value[option], 0, value) != value &&
           apply_plan(&one, fd, true, cover_setsockopt) == 0;
}

/*
 * The program's own keepalive call: true when it shall succeed without being made, because the socket is under the policy, now
 * if it was not before. A call that the kernel would refuse goes to the kernel.
 */
static bool replaces(struct server *server, const struct seccomp_notif *notification, const struct supervise_call *call,
                     int fd)
{
    int asked, option = apply_option(call->level, call->name);
    const struct policy *policy = server->job->policy;
    pid_t pid = (pid_t)notification->pid;
    struct facts facts;
    struct plan plan;
    if (!apply_is_programs_own(option) || (int)call->length < (int)sizeof asked ||
        !supervise_memory(pid, call->address, &asked, sizeof asked) || !apply_takes(option, asked) || !facts_is_tcp(fd))
        return false;
    look_at(policy, pid, fd, &facts);
    plan_make(policy, &facts, &plan);
    if (!plan.covered || (option == SETTING_USER_TIMEOUT && value_leaves_alone(plan.value[option])))
        return false;
    if (policy->mode == MODE_TIGHTEN)
        return tighten(&plan, option, fd, asked);
    enum cover_outcome outcome = cover_again(&server->cover, &facts, fd);
    return outcome == COVER_SET || outcome == COVER_STANDS;
}

/* Returns whether the call is answered with success instead of being made. */
static bool serve_call(struct server *server, const struct seccomp_notif *notification)
{
    struct supervise_call call;
    pid_t pid = (pid_t)notification->pid;
    const char *programs = server->job->policy->programs;
    if (!supervise_call_read(notification, &call) || (programs && !process_admitted(pid, programs)))
        return false;
    int fd = take_descriptor(server, notification, call.fd);
    if (fd < 0)
        return false;
    bool answered = false;
    if (call.kind == SUPERVISE_CALL_SETSOCKOPT)
        answered = replaces(server, notification, &call, fd);
    else
        cover_call(server, notification, &call, fd);
    close(fd);
    return answered;
}

static void serve_one(struct server *server)
{
    /* As large as a newer kernel's may be; supervise_start() has asked. Zeroed, as the kernel wants it. */
    _Alignas(struct seccomp_notif) char in[SUPERVISE_NOTIFICATION_MAX] = {0};
    _Alignas(struct seccomp_notif_resp) char out[SUPERVISE_NOTIFICATION_MAX] = {0};
    struct seccomp_notif *notification = (void *)in;
    struct seccomp_notif_resp *response = (void *)out;
    if (ioctl(server->listener, SECCOMP_IOCTL_NOTIF_RECV, notification) != 0)
        return; /* its thread was killed meanwhile */
    response->id = notification->id;
    if (!serve_call(server, notification))
        response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    ioctl(server->listener, SECCOMP_IOCTL_NOTIF_SEND, response);
}

static void cover_inherited(void *context, const struct descriptors_found *found)
{
    struct facts facts;
    if (!facts_is_tcp(found->fd))
        return;
    facts_found(found->fd, &facts);
    facts_tell_direction(found->fd, &facts);
    cover_socket(context, &facts, found->fd);
}

void supervise_inherited(const struct supervise_job *job)
{
    struct cover cover;
    cover_begin(&cover, job->policy);
    descriptors_each(job->program, cover_inherited, &cover);
}

void supervise_serve(const struct supervise_job *job, int listener)
{
    static struct server server;
    struct pollfd arrival = {listener, POLLIN, 0};
    server.job = job;
    server.listener = listener;
    cover_begin(&server.cover, job->policy);
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SYNC_WAKE_UP); /* hand over the processor at once */
    for (;;) {
        if (poll(&arrival, 1, supervise_sweep_due()) < 0)
            continue;
        if (supervise_sweep_due() == 0)
            supervise_sweep(&server.cover);
        if (arrival.revents & POLLIN)
            serve_one(&server);
        else if (arrival.revents)
            return; /* nobody is left under the filter */
    }
}
