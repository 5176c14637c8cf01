#include "preload/library/sandbox.h"
#include "preload/apply.h"
#include "preload/library/announce.h"
#include "preload/library/classic_bpf.h"
#include "preload/library/follow.h"
#include "preload/library/memory.h"
#include "preload/library/real.h"
#include "preload/library/rules.h"
#include "preload/library/start.h"
#include "preload/report.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/futex.h>
#include <linux/net.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define EXPORT __attribute__((visibility("default")))

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* What the library makes a call for. */
enum purpose {
    TO_COVER = 1, /* to set options and to learn what a descriptor is */
    TO_ASK = 2,   /* to read an address, and the system's own values: for rules, some modes and the log */
    TO_SAY = 4,   /* to write a line */
    TO_START = 8,
    TO_ANNOUNCE = 16,
    TO_READ = 32, /* to learn whether the program's memory can be read */
    TO_MAP = 64,
    STRICTLY_NONE = 127,
    IF_REFUSED = 128 /* only where the row before is answered with an error */
};

/* In the position of an argument that is not known beforehand. */
enum { ANY = INT32_MIN, STDERR = 2 };

/* See preload/statx.c and room.c. */
#ifdef SYS_newfstatat
#define OLDER_LOOK SYS_newfstatat
#else
#define OLDER_LOOK SYS_fstatat64
#endif
#ifdef SYS_mmap2
#define CALL_TO_MAP SYS_mmap2
#else
#define CALL_TO_MAP SYS_mmap
#endif

/* socketcall(2) is how the C libraries of i386 make the calls of sockets: its first argument says which. */
#ifdef SYS_socketcall
#define ON_SOCKETS(purpose, name, number, a, b, c)                                                                     \
    {SYS_socketcall, purpose, {number, ANY, ANY}},                                                                     \
    {                                                                                                                  \
        SYS_##name, purpose,                                                                                           \
        {                                                                                                              \
            a, b, c                                                                                                    \
        }                                                                                                              \
    }
#else
#define ON_SOCKETS(purpose, name, number, a, b, c)                                                                     \
    {                                                                                                                  \
        SYS_##name, purpose,                                                                                           \
        {                                                                                                              \
            a, b, c                                                                                                    \
        }                                                                                                              \
    }
#endif
#define READS(purpose, level, name) ON_SOCKETS(purpose, getsockopt, SYS_GETSOCKOPT, ANY, level, name)
#define OPTION(level, name)                                                                                            \
    ON_SOCKETS(TO_COVER, setsockopt, SYS_SETSOCKOPT, ANY, level, name), READS(TO_COVER, level, name)

static const struct foreseen {
    uint16_t number, purpose;
    int32_t argument[3];
} calls[] = {
    OPTION(SOL_SOCKET, SO_KEEPALIVE),
    READS(TO_COVER | TO_START, SOL_SOCKET, SO_PROTOCOL),
    READS(TO_COVER | TO_START, SOL_SOCKET, SO_TYPE),
    READS(TO_COVER, SOL_SOCKET, SO_ACCEPTCONN),
    READS(TO_COVER, SOL_SOCKET, SO_COOKIE),
    READS(TO_COVER, IPPROTO_TCP, TCP_INFO),
    ON_SOCKETS(TO_COVER, getsockname, SYS_GETSOCKNAME, ANY, ANY, ANY),
    ON_SOCKETS(TO_COVER, getpeername, SYS_GETPEERNAME, ANY, ANY, ANY),
    ON_SOCKETS(TO_ASK, socket, SYS_SOCKET, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
    {SYS_futex, TO_READ, {ANY, FUTEX_WAIT_PRIVATE, ANY}},
    {CALL_TO_MAP, TO_MAP, {ANY, ANY, PROT_READ | PROT_WRITE}},
    {SYS_munmap, TO_MAP, {ANY, ANY, ANY}},
    {SYS_close, TO_ASK, {ANY, ANY, ANY}},
    {SYS_getpid, TO_ANNOUNCE | TO_START, {ANY, ANY, ANY}},
    {SYS_statx, TO_SAY | TO_START, {STDERR, ANY, ANY}},
    {OLDER_LOOK, TO_SAY | TO_START | IF_REFUSED, {STDERR, ANY, ANY}},
    {SYS_ppoll, TO_SAY | TO_START, {ANY, ANY, ANY}},
#ifdef SYS_poll
    {SYS_poll, TO_SAY | IF_REFUSED, {ANY, ANY, ANY}},
#endif
    {SYS_rt_sigprocmask, TO_SAY, {SIG_BLOCK, ANY, ANY}},
    {SYS_rt_sigprocmask, TO_SAY, {SIG_SETMASK, ANY, ANY}},
    {SYS_rt_sigtimedwait, TO_SAY, {ANY, ANY, ANY}},
    {SYS_write, TO_SAY, {STDERR, ANY, ANY}},
#ifdef SYS__newselect
    {SYS__newselect, TO_START, {ANY, ANY, ANY}},
#else
    {SYS_pselect6, TO_START, {ANY, ANY, ANY}},
#endif
    {SYS_ioctl, TO_COVER | TO_START, {ANY, SIOCOUTQ, ANY}},
    {SYS_ioctl, TO_COVER | TO_START, {ANY, SIOCOUTQNSD, ANY}},
    {SYS_statx, TO_START, {AT_FDCWD, ANY, ANY}},
    {OLDER_LOOK, TO_START | IF_REFUSED, {AT_FDCWD, ANY, ANY}},
    {SYS_readlinkat, TO_START, {AT_FDCWD, ANY, ANY}},
};

/* The other two ways to where lines go, with descriptors of their own. */
static const struct foreseen calls_of_log[] = {
    {SYS_openat, TO_SAY, {AT_FDCWD, ANY, ANY}},
    {SYS_statx, TO_SAY, {ANY, ANY, ANY}},
    {OLDER_LOOK, TO_SAY | IF_REFUSED, {ANY, ANY, ANY}},
    {SYS_getcwd, TO_START, {ANY, ANY, ANY}},
    {SYS_write, TO_SAY, {ANY, ANY, ANY}},
    {SYS_lseek, TO_SAY, {ANY, ANY, ANY}},
    {SYS_ftruncate, TO_SAY, {ANY, ANY, ANY}},
    {SYS_close, TO_SAY, {ANY, ANY, ANY}},
    {SYS_getpid, TO_SAY, {ANY, ANY, ANY}},
    ON_SOCKETS(TO_SAY, socket, SYS_SOCKET, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
    ON_SOCKETS(TO_SAY, connect, SYS_CONNECT, ANY, ANY, ANY),
};

/* A file of rules is read again by whatever is started here. */
static const struct foreseen calls_of_rules[] = {
    {SYS_openat, TO_START, {AT_FDCWD, ANY, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY}},
    {SYS_read, TO_START, {ANY, ANY, ANY}},
    {SYS_close, TO_START, {ANY, ANY, ANY}},
};

/* What is not known is taken for the worst. */
static unsigned answer_to(const struct sock_fprog *filter, const struct foreseen *call)
{
    struct foreseen_call foreseen = {.data = {.nr = call->number, .arch = ARCHITECTURE}};
    unsigned answer;
    for (unsigned i = 0; i < 3; i++) {
        foreseen.data.args[i] = (uint64_t)(int64_t)call->argument[i];
        foreseen.known |= (unsigned)(call->argument[i] != ANY) << i;
    }
    return classic_bpf_answer(filter, &foreseen, &answer) ? answer & SECCOMP_RET_ACTION_FULL : SECCOMP_RET_KILL_PROCESS;
}

/* One that a tracer or a supervisor answers is theirs to judge. */
static bool is_deadly(unsigned answer)
{
    return answer == SECCOMP_RET_KILL_PROCESS || answer == SECCOMP_RET_KILL_THREAD || answer == SECCOMP_RET_TRAP;
}

static unsigned deadly_among(const struct sock_fprog *filter, const struct foreseen *call, size_t count)
{
    unsigned purposes = 0, before, answer = SECCOMP_RET_ALLOW;
    for (size_t i = 0; i < count; i++) {
        before = answer;
        answer = answer_to(filter, &call[i]);
        if (is_deadly(answer) && (!(call[i].purpose & IF_REFUSED) || before == SECCOMP_RET_ERRNO))
            purposes |= call[i].purpose & STRICTLY_NONE;
    }
    return purposes;
}

#define DEADLY_AMONG(filter, calls) deadly_among(filter, calls, sizeof(calls) / sizeof *(calls))

static unsigned deadly_among_options(const struct sock_fprog *filter)
{
    unsigned purposes = 0;
    for (enum setting_id id = 0; id < OPTION_COUNT && !purposes; id++) {
        const struct foreseen call[] = {OPTION(IPPROTO_TCP, apply_name(id))};
        purposes = DEADLY_AMONG(filter, call);
    }
    return purposes;
}

/* The purposes that the filter is deadly to; none where the kernel will refuse it for where it stands. */
static unsigned deadly_purposes(const struct sock_fprog *filter, bool only_stderr)
{
    if (!memory_readable(filter, sizeof *filter))
        return 0;
    const char *at = (const void *)filter->filter, *end = at + filter->len * sizeof *filter->filter;
    for (; at < end; at += sizeof *filter->filter * 256)
        if (!memory_readable(at, (size_t)(end - at) < 2048 ? (size_t)(end - at) : 2048))
            return 0;
    return DEADLY_AMONG(filter, calls) | deadly_among_options(filter) |
           (only_stderr ? 0 : DEADLY_AMONG(filter, calls_of_log)) |
           (rules_are_in_a_file() ? DEADLY_AMONG(filter, calls_of_rules) : 0);
}

static struct memory_bounds bounds_of_memory(void)
{
    return (struct memory_bounds){__atomic_load_n(&memory_bounds.ask_nothing, __ATOMIC_RELAXED),
                                  __atomic_load_n(&memory_bounds.map_nothing, __ATOMIC_RELAXED)};
}

static void bound_memory(struct memory_bounds bounds)
{
    __atomic_store_n(&memory_bounds.ask_nothing, bounds.ask_nothing, __ATOMIC_RELAXED);
    __atomic_store_n(&memory_bounds.map_nothing, bounds.map_nothing, __ATOMIC_RELAXED);
}

void sandbox_prepare(struct sandbox_before *before, unsigned long mode, const void *filter)
{
    int saved_errno = errno;
    const struct policy *policy = start_policy();
    *before = (struct sandbox_before){policy, __atomic_load_n(&report_level, __ATOMIC_RELAXED), follow_is_without_us(),
                                      bounds_of_memory()};
    unsigned deadly = STRICTLY_NONE;
    if (mode == SECCOMP_MODE_FILTER)
        deadly = deadly_purposes(filter, policy && policy->origin[SETTING_LOG_FILE].kind == ORIGIN_DEFAULT);
    if (!__atomic_load_n(&announce_wanted, __ATOMIC_RELAXED))
        deadly &= ~(unsigned)TO_ANNOUNCE;
    bool asks = policy && (policy->under_rules || policy->mode != MODE_ENFORCE || policy->log >= LEVEL_INFO);
    if (policy && deadly & (TO_COVER | (asks ? TO_ASK : 0) | TO_ANNOUNCE)) {
        report(LEVEL_INFO, "tcpalive: this program puts itself under a system call filter that lets the library do "
                           "nothing more\n");
        start_stand_back();
    }
    bound_memory((struct memory_bounds){before->memory.ask_nothing || deadly & TO_READ,
                                        before->memory.map_nothing || deadly & TO_MAP});
    if (deadly & TO_SAY)
        __atomic_store_n(&report_level, LEVEL_OFF, __ATOMIC_RELAXED);
    if (deadly)
        follow_without_us(true);
    errno = saved_errno;
}

void sandbox_failed(const struct sandbox_before *before)
{
    __atomic_store_n(&report_level, before->level, __ATOMIC_RELAXED);
    follow_without_us(before->follow_without_us);
    bound_memory(before->memory);
    if (before->policy)
        start_stand_up();
}

EXPORT int prctl(int option, ...)
{
    struct sandbox_before before;
    unsigned long argument[4];
    va_list list;
    va_start(list, option);
    for (int i = 0; i < 4; i++)
        argument[i] = va_arg(list, unsigned long);
    va_end(list);
    if (option == PR_SET_SECCOMP)
        sandbox_prepare(&before, argument[0], (const void *)argument[1]);
    int result = REAL(prctl)(option, argument[0], argument[1], argument[2], argument[3]);
    if (option == PR_SET_SECCOMP && result != 0)
        sandbox_failed(&before);
    return result;
}
