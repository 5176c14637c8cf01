#include "preload/supervise/calls.h"
#include "preload/apply.h"
#include "preload/supervise/memory.h"
#include <linux/audit.h>
#include <linux/net.h>
#include <sys/syscall.h>

/* A number, what is called by it, which argument its flags are, and which its address. */
/* clang-format off */
#define CONNECT(number)    {number, SUPERVISE_CALL_CONNECT, 0, 1}
#define LISTEN(number)     {number, SUPERVISE_CALL_LISTEN, 0, 0}
#define SETSOCKOPT(number) {number, SUPERVISE_CALL_SETSOCKOPT, 0, 3}
#define RING(number)       {number, SUPERVISE_CALL_RING, 0, 0}
#define SENDTO(number)     {number, SUPERVISE_CALL_CONNECT, 3, 4}
#define SENDMSG(number)    {number, SUPERVISE_CALL_MESSAGE, 2, 1}
#define SENDMMSG(number)   {number, SUPERVISE_CALL_MESSAGE, 3, 1}
/* clang-format on */

/* This machine's numbers, and i386's from arch/x86/entry/syscalls/syscall_32.tbl. */
const struct supervise_abi supervise_abis[] = {
#if defined __x86_64__ || defined __aarch64__
    {
#ifdef __x86_64__
        AUDIT_ARCH_X86_64,
#else
        AUDIT_ARCH_AARCH64,
#endif
        false,
        false,
        {CONNECT(SYS_connect), LISTEN(SYS_listen), SETSOCKOPT(SYS_setsockopt), SENDTO(SYS_sendto), SENDMSG(SYS_sendmsg),
         SENDMMSG(SYS_sendmmsg), RING(SYS_io_uring_setup)},
    },
#endif
#ifdef __x86_64__
    {
        AUDIT_ARCH_I386,
        true,
        true,
        {CONNECT(362), LISTEN(363), SETSOCKOPT(366), SENDTO(369), SENDMSG(370), SENDMMSG(345),
         RING(SYS_io_uring_setup)},
    },
#endif
};

const size_t supervise_abi_count = sizeof supervise_abis / sizeof supervise_abis[0];

const struct supervise_call_number supervise_socketcalls[SUPERVISE_SOCKETCALLS] = {
    CONNECT(SYS_CONNECT), LISTEN(SYS_LISTEN),   SETSOCKOPT(SYS_SETSOCKOPT),
    SENDTO(SYS_SENDTO),   SENDMSG(SYS_SENDMSG), SENDMMSG(SYS_SENDMMSG),
};

static const struct supervise_abi *find_abi(uint32_t architecture)
{
    for (size_t i = 0; i < supervise_abi_count; i++)
        if (supervise_abis[i].architecture == architecture)
            return &supervise_abis[i];
    return NULL;
}

static const struct supervise_call_number *find_call(const struct supervise_call_number *calls, size_t count,
                                                     uint64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (calls[i].number == number)
            return &calls[i];
    return NULL;
}

/* socketcall(2)'s arguments lie in memory, 32 bits each. */
static bool unfold(const struct seccomp_notif *notification, uint64_t arguments[6])
{
    uint32_t words[6] = {0};
    static const uint8_t count[] = {[SYS_CONNECT] = 3,    [SYS_LISTEN] = 2,  [SYS_SENDTO] = 6,
                                    [SYS_SETSOCKOPT] = 5, [SYS_SENDMSG] = 3, [SYS_SENDMMSG] = 4};
    uint64_t number = notification->data.args[0];
    if (number >= sizeof count ||
        !supervise_memory((pid_t)notification->pid, notification->data.args[1], words, sizeof words[0] * count[number]))
        return false;
    for (int i = 0; i < 6; i++)
        arguments[i] = words[i];
    return true;
}

/* struct msghdr, the first member of struct mmsghdr too, begins with its address and that one's length. */
static bool follow_message(pid_t thread, bool narrow, struct supervise_call *call)
{
    uint32_t narrow_head[2];
    struct {
        uint64_t name;
        uint32_t length;
    } head = {0};
    if (narrow) {
        if (!supervise_memory(thread, call->address, narrow_head, sizeof narrow_head))
            return false;
        head.name = narrow_head[0];
        head.length = narrow_head[1];
    } else if (!supervise_memory(thread, call->address, &head, 12)) {
        return false;
    }
    call->address = head.name;
    call->length = head.length;
    return true;
}

bool supervise_call_read(const struct seccomp_notif *notification, struct supervise_call *call)
{
    uint64_t arguments[6];
    const struct seccomp_data *data = &notification->data;
    const struct supervise_abi *abi = find_abi(data->arch);
    if (!abi)
        return false;
    for (int i = 0; i < 6; i++)
        arguments[i] = data->args[i];
    const struct supervise_call_number *found = find_call(abi->call, SUPERVISE_CALLS, (uint32_t)data->nr);
    if (!found && abi->socketcall && data->nr == SUPERVISE_SOCKETCALL) {
        found = find_call(supervise_socketcalls, SUPERVISE_SOCKETCALLS, data->args[0]);
        if (!found || !unfold(notification, arguments))
            return false;
        if (found->flags_argument && !(arguments[found->flags_argument] & MSG_FASTOPEN))
            return false;
    }
    if (!found)
        return false;
    *call = (struct supervise_call){.kind = found->kind, .fd = (int)arguments[0]};
    if (found->address_argument) {
        call->address = arguments[found->address_argument];
        call->length = (uint32_t)arguments[found->address_argument + 1];
    }
    if (call->kind == SUPERVISE_CALL_SETSOCKOPT && (uint32_t)arguments[5] == APPLY_MARK_PROCESS)
        call->kind = SUPERVISE_CALL_PROCESS;
    if (call->kind == SUPERVISE_CALL_SETSOCKOPT) {
        call->level = (int)arguments[1];
        call->name = (int)arguments[2];
    }
    return call->kind != SUPERVISE_CALL_MESSAGE || follow_message((pid_t)notification->pid, abi->narrow, call);
}
