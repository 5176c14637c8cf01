#include "preload/supervise/filter.h"
#include "preload/apply.h"
#include "preload/newer_kernel.h"
#include "preload/supervise/calls.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FILTER_MAX = 160 };

struct filter {
    struct sock_filter code[FILTER_MAX];
    unsigned short length;
};

static void add(struct filter *filter, uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false)
{
    if (filter->length < FILTER_MAX)
        filter->code[filter->length++] = (struct sock_filter){code, if_true, if_false, value};
}

static void load(struct filter *filter, size_t offset)
{
    add(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* An argument's lower half: the kernel takes descriptors, flags, levels and names as int. */
static void load_argument(struct filter *filter, unsigned index)
{
    load(filter, offsetof(struct seccomp_data, args[0]) + sizeof(uint64_t) * index +
                     (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4));
}

static void finish(struct filter *filter, uint32_t action)
{
    add(filter, BPF_RET | BPF_K, action, 0, 0);
}

/* Starts `if (value == wanted) {`, where what was loaded is compared; end() closes it. */
static unsigned short begin(struct filter *filter, uint32_t wanted)
{
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, wanted, 0, 0);
    return (unsigned short)(filter->length - 1);
}

static unsigned short begin_bits(struct filter *filter, uint32_t wanted)
{
    add(filter, BPF_JMP | BPF_JSET | BPF_K, wanted, 0, 0);
    return (unsigned short)(filter->length - 1);
}

static void end(struct filter *filter, unsigned short start)
{
    filter->code[start].jf = (uint8_t)(filter->length - start - 1);
}

static void finish_if(struct filter *filter, uint32_t wanted, uint32_t action)
{
    unsigned short start = begin(filter, wanted);
    finish(filter, action);
    end(filter, start);
}

/* Where the library has put the socket under the policy. */
static void pass_marked(struct filter *filter)
{
    load_argument(filter, 5);
    finish_if(filter, APPLY_MARK, SECCOMP_RET_ALLOW);
}

/* The keepalive options among the program's own setsockopt calls. */
static void add_options(struct filter *filter, bool bounds)
{
    static const uint32_t names[] = {TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT};
    size_t count = sizeof names / sizeof names[0] - !bounds;
    load_argument(filter, 1);
    unsigned short tcp = begin(filter, IPPROTO_TCP);
    load_argument(filter, 2);
    for (size_t i = 0; i < count; i++)
        finish_if(filter, names[i], SECCOMP_RET_USER_NOTIF);
    finish(filter, SECCOMP_RET_ALLOW);
    end(filter, tcp);
    unsigned short socket_level = begin(filter, SOL_SOCKET);
    load_argument(filter, 2);
    finish_if(filter, SO_KEEPALIVE, SECCOMP_RET_USER_NOTIF);
    end(filter, socket_level);
    finish(filter, SECCOMP_RET_ALLOW);
}

static void add_call(struct filter *filter, const struct supervise_call_number *call,
                     const struct supervise_wishes *wishes)
{
    unsigned short start = begin(filter, call->number);
    bool plain = (call->kind == SUPERVISE_CALL_CONNECT || call->kind == SUPERVISE_CALL_LISTEN) && !call->flags_argument;
    if (plain || call->kind == SUPERVISE_CALL_SETSOCKOPT)
        pass_marked(filter);
    if (call->kind == SUPERVISE_CALL_SETSOCKOPT) {
        if (wishes->processes)
            finish_if(filter, APPLY_MARK_PROCESS, SECCOMP_RET_USER_NOTIF);
        add_options(filter, wishes->bounds);
    } else if (call->kind == SUPERVISE_CALL_LISTEN && !wishes->listeners) {
        finish(filter, SECCOMP_RET_ALLOW);
    } else if (call->flags_argument) {
        load_argument(filter, call->flags_argument);
        unsigned short fast = begin_bits(filter, MSG_FASTOPEN);
        finish(filter, SECCOMP_RET_USER_NOTIF);
        end(filter, fast);
        finish(filter, SECCOMP_RET_ALLOW);
    } else {
        finish(filter, SECCOMP_RET_USER_NOTIF);
    }
    end(filter, start);
}

/* socketcall(2) hides flags, levels and names in memory, where a filter cannot look. */
static void add_socketcall(struct filter *filter, const struct supervise_wishes *wishes)
{
    unsigned short start = begin(filter, SUPERVISE_SOCKETCALL);
    load_argument(filter, 0);
    for (size_t i = 0; i < SUPERVISE_SOCKETCALLS; i++)
        if (supervise_socketcalls[i].kind != SUPERVISE_CALL_LISTEN || wishes->listeners)
            finish_if(filter, supervise_socketcalls[i].number, SECCOMP_RET_USER_NOTIF);
    finish(filter, SECCOMP_RET_ALLOW);
    end(filter, start);
}

static void add_architecture(struct filter *filter, const struct supervise_abi *abi,
                             const struct supervise_wishes *wishes)
{
    unsigned short start = begin(filter, abi->architecture);
    load(filter, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < SUPERVISE_CALLS; i++)
        add_call(filter, &abi->call[i], wishes);
    if (abi->socketcall)
        add_socketcall(filter, wishes);
    finish(filter, SECCOMP_RET_ALLOW);
    end(filter, start);
}

static int install(const struct sock_fprog *program, unsigned long flags)
{
    int fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
    return fd < 0 ? -errno : fd;
}

int supervise_filter_install(const struct supervise_wishes *wishes)
{
    struct filter filter = {.length = 0};
    load(&filter, offsetof(struct seccomp_data, arch));
    for (size_t i = 0; i < supervise_abi_count; i++)
        add_architecture(&filter, &supervise_abis[i], wishes);
    finish(&filter, SECCOMP_RET_ALLOW);
    if (!supervise_abi_count || filter.length == FILTER_MAX)
        return -ENOSYS;
    struct sock_fprog program = {filter.length, filter.code};
    /* Speculation stays as it is: nothing here keeps the program from anything. */
    unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    int fd = install(&program, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
    return fd == -EINVAL ? install(&program, flags) : fd;
}
