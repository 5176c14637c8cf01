#include "preload/library/syscalls.h"
#include "preload/facts.h"
#include "preload/library/cover.h"
#include "preload/library/exec.h"
#include "preload/library/memory.h"
#include "preload/library/own_calls.h"
#include "preload/library/real.h"
#include "preload/library/receive.h"
#include "preload/library/sandbox.h"
#include "preload/library/start.h"
#include <linux/net.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Beside the numbers of linux/net.h, which end at 20. */
enum { CALL_PRCTL = 100, CALL_SECCOMP, CALL_EXECVE, CALL_EXECVEAT };

/* A call with the numbers that socketcall(2) has for them, and its arguments. */
struct call {
    int kind;
    long argument[6];
};

static int kind_of(long number)
{
    static const struct {
        uint16_t number;
        uint8_t kind;
    } kinds[] = {
        {SYS_socket, SYS_SOCKET},     {SYS_connect, SYS_CONNECT},       {SYS_listen, SYS_LISTEN},
#ifdef SYS_accept
        {SYS_accept, SYS_ACCEPT},
#endif
        {SYS_accept4, SYS_ACCEPT4},   {SYS_setsockopt, SYS_SETSOCKOPT}, {SYS_sendto, SYS_SENDTO},
        {SYS_sendmsg, SYS_SENDMSG},   {SYS_sendmmsg, SYS_SENDMMSG},     {SYS_recvmsg, SYS_RECVMSG},
        {SYS_recvmmsg, SYS_RECVMMSG}, {SYS_prctl, CALL_PRCTL},          {SYS_seccomp, CALL_SECCOMP},
        {SYS_execve, CALL_EXECVE},    {SYS_execveat, CALL_EXECVEAT},
    };
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].number == number)
            return kinds[i].kind;
    return 0;
}

bool syscalls_concern(long number)
{
#ifdef SYS_socketcall
    if (number == SYS_socketcall)
        return true;
#endif
    return kind_of(number) != 0;
}

static void before(const struct policy *policy, const struct call *call)
{
    const long *a = call->argument;
    const struct msghdr *message = (const void *)a[1]; /* sendmmsg's first as well: struct mmsghdr begins with it */
    if (call->kind == SYS_CONNECT)
        cover_connecting(policy, (int)a[0], (const void *)a[1], (socklen_t)a[2]);
    else if (call->kind == SYS_LISTEN)
        cover_listening(policy, (int)a[0]);
    else if (call->kind == SYS_SENDTO && a[3] & MSG_FASTOPEN)
        cover_connecting(policy, (int)a[0], (const void *)a[4], (socklen_t)a[5]);
    else if ((call->kind == SYS_SENDMSG && a[2] & MSG_FASTOPEN) ||
             (call->kind == SYS_SENDMMSG && a[3] & MSG_FASTOPEN && a[2]))
        cover_connecting_by(policy, (int)a[0], message);
}

static void after(const struct policy *policy, const struct call *call, long result)
{
    const long *a = call->argument;
    const struct mmsghdr *messages = (const void *)a[1];
    if (call->kind == SYS_SOCKET && facts_makes_tcp((int)a[0], (int)a[1], (int)a[2]))
        cover_made((int)result);
    else if (call->kind == SYS_ACCEPT || call->kind == SYS_ACCEPT4)
        cover_accepted(policy, (int)result);
    else if (call->kind == SYS_RECVMSG)
        receive_descriptors(policy, (const void *)a[1]);
    for (long i = 0; call->kind == SYS_RECVMMSG && i < result; i++)
        receive_descriptors(policy, &messages[i].msg_hdr);
}

/*
 * The program's own keepalive call, with what stands in place of what it asks for. Returns whether that
 * is something else.
 */
static bool answer_own(const struct policy *policy, struct call *call, struct own_call *own)
{
    long *a = call->argument;
    own->value = (const void *)a[3]; /* NOLINT(performance-no-int-to-ptr) */
    own->length = (socklen_t)a[4];
    own_calls_answer(policy, (int)a[0], (int)a[1], (int)a[2], own);
    if (own->value == (const void *)a[3]) /* NOLINT(performance-no-int-to-ptr) */
        return false;
    a[3] = (long)own->value;
    a[4] = (long)own->length;
    return true;
}

/*
 * Into a filter, by seccomp(2) or prctl(PR_SET_SECCOMP)? libseccomp first tries what the kernel knows
 * with wrong arguments.
 */
static bool is_sandboxing(const struct call *call)
{
    const long *a = call->argument;
    if (call->kind == CALL_PRCTL)
        return a[0] == PR_SET_SECCOMP;
    return call->kind == CALL_SECCOMP &&
           (a[0] == SECCOMP_SET_MODE_FILTER || (a[0] == SECCOMP_SET_MODE_STRICT && !a[1] && !a[2]));
}

/* A result above 0 is the listener that was asked for, or else the thread that could not be put under the filter. */
static long make_sandboxing(const struct call *call, long number)
{
    const long *a = call->argument;
    struct sandbox_before before;
    bool strict = call->kind == CALL_SECCOMP ? a[0] == SECCOMP_SET_MODE_STRICT : a[1] == SECCOMP_MODE_STRICT;
    bool listens = call->kind == CALL_SECCOMP && a[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER;
    sandbox_prepare(&before, strict ? SECCOMP_MODE_STRICT : SECCOMP_MODE_FILTER, (const void *)a[2]);
    long result = REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (result < 0 || (result > 0 && !listens))
        sandbox_failed(&before);
    return result;
}

long syscalls_make(long number, long a, long b, long c, long d, long e, long f)
{
    const struct policy *policy = start_policy();
    struct call call = {kind_of(number), {a, b, c, d, e, f}};
    struct own_call own;
#ifdef SYS_socketcall
    const long *from = (const long *)b;
    int count = a == SYS_SENDTO ? 6 : a == SYS_SETSOCKOPT || a == SYS_RECVMMSG ? 5 : a == SYS_SENDMMSG ? 4 : 3;
    if (number == SYS_socketcall && memory_readable(from, (size_t)count * sizeof *from)) {
        call.kind = (int)a;
        for (int i = 0; i < count; i++)
            call.argument[i] = from[i];
    }
#endif
    if (is_sandboxing(&call))
        return make_sandboxing(&call, number);
    if (call.kind == CALL_EXECVE || call.kind == CALL_EXECVEAT)
        return exec_by_number(number, call.argument, call.kind == CALL_EXECVE ? 2 : 3);
    before(policy, &call);
    if (call.kind == SYS_SETSOCKOPT && answer_own(policy, &call, &own)) {
#ifdef SYS_socketcall
        if (number == SYS_socketcall)
            return REAL(syscall)(number, a, call.argument);
#endif
        return REAL(syscall)(number, a, b, c, call.argument[3], call.argument[4]);
    }
    long result = REAL(syscall)(number, a, b, c, d, e, f);
    if (result >= 0)
        after(policy, &call, result);
    return result;
}
