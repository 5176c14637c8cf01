#include "preload/supervise/serve.h"
#include "core/log.h"
#include "preload/facts.h"
#include "preload/newer_kernel.h"
#include "preload/remote/cover.h"
#include "preload/remote/descriptors.h"
#include "preload/remote/process.h"
#include "preload/supervise/answer.h"
#include "preload/supervise/caller.h"
#include "preload/supervise/calls.h"
#include "preload/supervise/memory.h"
#include "preload/supervise/notify.h"
#include "preload/supervise/report_socket.h"
#include "preload/supervise/watch.h"
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SYNC_WAKE_UP = 1 };

static struct {
    const struct supervise_job *job;
    struct shared *shared;
    struct cover cover;
    int listener;
    bool peers;
} server;

static void report_trouble(pid_t pid, const char *why)
{
    if (!server.shared->trouble_reported)
        supervise_report_trouble(pid, why);
    server.shared->trouble_reported = true;
}

static bool wants_names(void)
{
    return server.job->policy->rule_count || supervise_report_wants(LEVEL_INFO);
}

/* False when the call goes to no TCP peer: another family, or memory that cannot be read. */
static bool read_peer(pid_t thread, const struct supervise_call *call, struct facts *facts)
{
    struct sockaddr_storage name = {0};
    size_t length = call->length < sizeof name ? call->length : sizeof name;
    return supervise_memory(thread, call->address, &name, length) &&
           facts_from_sockaddr((struct sockaddr *)&name, (socklen_t)length, &facts->peer, &facts->port);
}

/* A listener whose connections are decided one by one. Who holds it may be another process later. */
static void watch_listener(int fd)
{
    struct stat status;
    watch_ask(server.shared, supervise_caller_process(), WATCH_ACCEPTED);
    if (fstat(fd, &status) == 0)
        watch_listener_inode(server.shared, status.st_ino);
}

static void cover_call(pid_t thread, const struct supervise_call *call, int fd)
{
    struct facts facts = {.role = call->kind == SUPERVISE_CALL_LISTEN ? ROLE_LISTEN : ROLE_CONNECT};
    if (wants_names()) {
        bool known = facts.role == ROLE_LISTEN ? facts_listening(fd, &facts) : read_peer(thread, call, &facts);
        if (!known)
            return;
    }
    enum cover_outcome outcome = cover_socket(&server.cover, &facts, fd);
    if (outcome == COVER_NOT_TCP)
        return;
    supervise_report_socket(&facts, &server.cover.plan, call->fd, fd);
    if (server.cover.plan.waiting)
        watch_listener(fd);
    if (outcome == COVER_REFUSED)
        report_trouble(thread, cover_why(&server.cover));
}

static bool admits_caller(void)
{
    const char *programs = server.job->policy->programs;
    return !programs || process_admitted(supervise_caller_process(), programs);
}

/* A duplicate of the descriptor that the call is about, or -1. */
static int take_descriptor(const struct seccomp_notif *notification, int number)
{
    int fd = supervise_caller_descriptor(server.listener, notification, number);
    if (fd < 0 && errno != EBADF && errno != ESRCH && errno != ENOENT)
        report_trouble((pid_t)notification->pid,
                       errno == CALLER_OTHER_CLASS
                           ? "its sockets are in another net_cls or net_prio class by now and would "
                             "move to the supervisor's"
                           : strerror(errno));
    return fd;
}

/* Returns whether the call is answered with success instead of being made. */
static bool serve_call(const struct seccomp_notif *notification)
{
    struct supervise_call call;
    bool answered = false, known = supervise_call_read(notification, &call);
    if (!known || call.kind == SUPERVISE_CALL_RING || call.kind == SUPERVISE_CALL_PROCESS) {
        unsigned unseen = known && call.kind == SUPERVISE_CALL_PROCESS ? WATCH_PEERS : WATCH_ALL;
        if (known || supervise_memory_missed())
            watch_ask(server.shared, process_leader((pid_t)notification->pid), unseen);
        return false;
    }
    int fd = take_descriptor(notification, call.fd);
    if (fd < 0)
        return false;
    if (admits_caller() && call.kind == SUPERVISE_CALL_SETSOCKOPT)
        answered = supervise_answers(&server.cover, &server.shared->notes, (pid_t)notification->pid, &call, fd);
    else if (admits_caller())
        cover_call((pid_t)notification->pid, &call, fd);
    close(fd);
    unsigned why = (supervise_memory_missed() ? WATCH_ALL : 0) | (server.peers ? WATCH_PEERS : 0);
    if (why)
        watch_ask(server.shared, supervise_caller_process(), why);
    return answered;
}

static void send_answer(uint64_t id, bool answered)
{
    _Alignas(struct seccomp_notif_resp) char out[SUPERVISE_NOTIFICATION_MAX] = {0};
    struct seccomp_notif_resp *response = (void *)out;
    response->id = id;
    response->flags = answered ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    notify_ioctl(server.listener, SECCOMP_IOCTL_NOTIF_SEND, response);
}

static void serve_in_hand(bool looks)
{
    struct shared *shared = server.shared;
    const struct seccomp_notif *notification = (const void *)shared->call;
    __atomic_store_n(&shared->busy_since, watch_now_ms(), __ATOMIC_SEQ_CST);
    watch_wake(shared);
    send_answer(notification->id, looks && serve_call(notification));
    memset(shared->call, 0, sizeof shared->call); /* as the kernel wants it */
    __atomic_store_n(&shared->busy_since, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&shared->served, shared->served + 1, __ATOMIC_RELAXED);
}

void supervise_serve_one(void)
{
    if (ioctl(server.listener, SECCOMP_IOCTL_NOTIF_RECV, server.shared->call) == 0)
        serve_in_hand(true); /* else its thread was killed meanwhile */
}

void supervise_serve_left(void)
{
    uint64_t left = ((const struct seccomp_notif *)(const void *)server.shared->call)->id;
    bool once_more = left != server.shared->served_again;
    server.shared->served_again = left;
    if (left)
        serve_in_hand(once_more);
}

void supervise_serve_begin(const struct supervise_job *job, int listener, struct shared *shared)
{
    server.job = job;
    server.shared = shared;
    server.listener = listener;
    server.peers = policy_looks_again(job->policy);
    supervise_memory_begin(shared);
    supervise_report_as(WRITER_SERVER, shared);
    cover_begin(&server.cover, job->policy);
    server.cover.notes = &shared->notes;
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SYNC_WAKE_UP); /* hand over the processor at once */
    __atomic_store_n(&shared->busy_since, 0, __ATOMIC_RELAXED);
}

static void cover_inherited(void *context, const struct descriptors_found *found)
{
    const struct supervise_job *job = context;
    struct facts facts;
    if (!facts_is_tcp(found->fd))
        return;
    facts_found(found->fd, &facts);
    facts_tell_direction(found->fd, &facts);
    if (cover_socket(&server.cover, &facts, found->fd) == COVER_NOT_TCP || !server.cover.plan.waiting)
        return;
    watch_ask(server.shared, job->program, WATCH_ACCEPTED);
    watch_listener_inode(server.shared, found->inode);
}

void supervise_inherited(struct supervise_job *job)
{
    if (job->inherits)
        descriptors_each(job->program, cover_inherited, job);
    if (server.peers)
        watch_ask(server.shared, job->program, WATCH_PEERS);
}
