/* A program that lists the calls it makes itself, and is killed at any other. */
#include "actions.h"
#include "filter.h"
#include "host.h"
#include <linux/net.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 96 };

/* The calls by which the library looks where it writes. */
static void add_looks(struct sock_fprog *filter)
{
    filter_add(filter, SYS_statx, SECCOMP_RET_ERRNO | EPERM);
    filter_add(filter, SYS_ppoll, SECCOMP_RET_ERRNO | EPERM);
}

static long put_on(const char *way, const struct sock_fprog *filter)
{
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (strcmp(way, "prctl") == 0)
        return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter);
    if (strcmp(way, "prctl-by-number") == 0)
        return syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter, 0, 0);
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, strcmp(way, "seccomp-all-threads") == 0 ? 1 : 0, filter);
}

/* WAY ACTION: all but the action's own call, and the end, kill. Exit status 0 when it came out alive. */
void host_sandboxed(char **arguments)
{
    struct sock_filter code[CALLS] = {FILTER_LOAD(nr)};
    struct sock_fprog filter = {1, code};
    const struct action *action = actions_find(arguments[1]);
    actions_prepare();
    filter_add_on_socket(&filter, action->number, action->call, SECCOMP_RET_ALLOW);
    filter_add(&filter, SYS_exit_group, SECCOMP_RET_ALLOW);
    filter_append(&filter, (struct sock_filter)FILTER_ANSWER(SECCOMP_RET_KILL_PROCESS));
    if (put_on(arguments[0], &filter) != 0)
        _exit(3);
    _exit(action->run() < 0);
}

/* What libraries ask for themselves, in programs that list only what they do on their own. */
static const int others_calls[] = {
    SYS_getsockopt, SYS_setsockopt, SYS_getsockname,    SYS_getpeername,     SYS_socket, SYS_connect, SYS_listen,
    SYS_sendto,     SYS_recvmsg,    SYS_rt_sigprocmask, SYS_rt_sigtimedwait, SYS_statx,  SYS_ppoll,   SYS_futex,
    SYS_getpid,     SYS_write,      SYS_read,           SYS_openat,          SYS_close,  SYS_lseek,   SYS_ftruncate,
    SYS_munmap,     SYS_mprotect,   SYS_ioctl,          SYS_readlinkat,      SYS_getcwd, SYS_fcntl,   SYS_pselect6,
#ifdef SYS_newfstatat
    SYS_newfstatat, SYS_mmap,
#else
    SYS_fstatat64,  SYS_mmap2,
#endif
#ifdef SYS_poll
    SYS_poll,
#endif
};
enum { OTHERS = sizeof others_calls / sizeof *others_calls };

/* Kills at one of those alone, or at whatever is none of them. */
static void kill_at(struct sock_fprog *filter, int one, const struct action *action)
{
    if (one < OTHERS) {
        filter_add(filter, others_calls[one], SECCOMP_RET_KILL_PROCESS);
        filter_append(filter, (struct sock_filter)FILTER_ANSWER(SECCOMP_RET_ALLOW));
        return;
    }
    for (int i = 0; i < OTHERS; i++)
        filter_add(filter, others_calls[i], SECCOMP_RET_ALLOW);
    filter_add_on_socket(filter, action->number, action->call, SECCOMP_RET_ALLOW);
    filter_add(filter, SYS_exit_group, SECCOMP_RET_ALLOW);
    filter_append(filter, (struct sock_filter)FILTER_ANSWER(SECCOMP_RET_KILL_PROCESS));
}

/* In a child: its end is looked at. */
static void act_under(const char *way, int one, const struct action *action, bool refusing)
{
    struct sock_filter code[CALLS] = {FILTER_LOAD(nr)};
    struct sock_fprog filter = {1, code};
    actions_prepare();
    if (refusing)
        add_looks(&filter);
    kill_at(&filter, one, action);
    if (put_on(way, &filter) == 0)
        action->run();
    _exit(0);
}

/* WAY ACTION [refusing]: under one filter after the other, each in a child; which of them ended it. */
void host_sandboxed_but_one(char **arguments)
{
    const struct action *action = actions_find(arguments[1]);
    for (int one = 0; one <= OTHERS; one++) {
        int status = 0;
        pid_t child = fork();
        if (child == 0)
            act_under(arguments[0], one, action, arguments[2]);
        if (child < 0 || waitpid(child, &status, 0) != child)
            probe_wrong("child");
        if (status)
            printf("killed by %d\n", one);
    }
}

/* Filters that leave the library its calls: it goes on covering. One that the kernel does not take, too. */
void host_lightly_sandboxed(char **arguments)
{
    struct sock_filter code[CALLS] = {FILTER_LOAD(nr)};
    struct sock_fprog filter = {1, code};
    bool broken = strcmp(arguments[1], "broken") == 0, refusing = strcmp(arguments[1], "refusing") == 0;
    filter_add(&filter, SYS_ptrace, SECCOMP_RET_KILL_PROCESS);
    if (refusing) {
        filter_add_on_socket(&filter, SYS_setsockopt, SYS_SETSOCKOPT, SECCOMP_RET_ERRNO | EPERM);
        add_looks(&filter);
    }
    code[filter.len++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, broken ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ALLOW);
    if (broken)
        code[1].code = 0xffff; // cppcheck-suppress unreadVariable ; `filter` leads to it
    CALL("filter", put_on(arguments[0], &filter));
    host_shows_all();
}

/*
 * WAY CALL: a filter that only a library's calls would meet, and then another program under it, with the environment
 * as it is.
 */
void host_sandboxed_child(char **arguments)
{
    struct sock_filter code[CALLS] = {FILTER_LOAD(nr)};
    struct sock_fprog filter = {1, code};
    static char *const serve[] = {"host", "serve", NULL};
    filter_add(&filter, SYS_ppoll, SECCOMP_RET_KILL_PROCESS);
    // cppcheck-suppress unreadVariable ; `filter` leads to it
    code[filter.len++] = (struct sock_filter)FILTER_ANSWER(SECCOMP_RET_ALLOW);
    if (put_on(arguments[0], &filter) != 0)
        host_unavailable("filter");
    if (strcmp(arguments[1], "execv") == 0)
        execv(host_self, serve);
    if (strcmp(arguments[1], "execl") == 0)
        execl(host_self, "host", "serve", (char *)NULL);
    execve(host_self, serve, environ);
    probe_wrong("exec");
}
