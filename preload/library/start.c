#include "preload/library/start.h"
#include "preload/library/follow.h"
#include "preload/library/raw.h"
#include "preload/library/real.h"
#include "preload/library/report.h"
#include "preload/library/settle.h"
#include "core/filter.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/auxv.h>
#include <unistd.h>

#pragma weak environ
#pragma weak getauxval

enum { GRAIN = 1000 }; /* Linux counts idle and interval in seconds: tcp(7) */

/* As many descriptors as one look covers; half as many closed ones end the sweep. */
enum { SWEEP_WIDTH = 1024, SWEEP_BLIND = 64, STDERR = 2 };

const struct policy *start_in_force;
static bool started;

/*
 * Common, which the linker puts behind all other variables, in the order of the files: its beginning and they are what every
 * process writes, and stay on one page.
 */
struct policy start_read __attribute__((common));

/* The environment as the kernel handed it over, for glibc, whose own `environ` is not set before its constructor. */
static char **environment_given;

static const char *variable(void *context, const char *name)
{
    (void)context;
    char **list = &environ && environ ? environ : environment_given;
    for (; list && *list; list++) {
        size_t same = 0;
        while (name[same] && (*list)[same] == name[same])
            same++;
        if (!name[same] && (*list)[same] == '=')
            return *list + same + 1;
    }
    return NULL;
}

/* The log settings are known before the first complaint: policy.h. */
static void complain(void *context, const char *line)
{
    (void)context;
    report_open(&start_read);
    report(LEVEL_WARN, line);
}

static const char *last_part(const char *path)
{
    const char *part = path;
    for (; *path; path++)
        if (*path == '/')
            part = path + 1;
    return part;
}

/* Known by the name it was started under and by the file that runs: a script and its interpreter, a link and its target. */
static bool admitted(void)
{
    char file[1024];
    const char *started = getauxval ? (const char *)getauxval(AT_EXECFN) : NULL;
    if (!start_read.programs)
        return true;
    long length = RAW(readlinkat, AT_FDCWD, "/proc/self/exe", file, sizeof file - 1, 0);
    file[length > 0 ? length : 0] = '\0';
    return filter_admits(span_of(start_read.programs), last_part(started ? started : file), last_part(file));
}

/* Which of `count` descriptors from `first` on are open, in one system call. False when the limit on files forbids to ask. */
static bool look(struct pollfd *slot, int first, int count)
{
    const long no_wait[2] = {0, 0};
    for (int i = 0; i < count; i++)
        slot[i] = (struct pollfd){first + i, 0, 0};
    return RAW(ppoll, slot, count, no_wait, 0, 0) >= 0;
}

/* Puts what is open among the looked at under the policy. True when the upper half was not all closed. */
static bool sweep_slots(const struct pollfd *slot, int first, int count, bool stderr_is_socket)
{
    bool upper = false;
    for (int i = 0; i < count; i++) {
        if (slot[i].revents & POLLNVAL)
            continue;
        upper = upper || i >= count / 2;
        if (first + i != STDERR || stderr_is_socket)
            settle_found(&start_read, first + i);
    }
    return upper;
}

/*
 * Sockets from elsewhere: inetd's descriptors 0 to 2, systemd's LISTEN_FDS, what was open across exec. A long run of closed
 * descriptors ends the sweep, so that it is one look for nearly every program.
 */
static void sweep(bool stderr_is_socket)
{
    struct pollfd slot[SWEEP_WIDTH];
    int count = SWEEP_WIDTH;
    while (count && !look(slot, 0, count))
        count /= 2;
    for (int fd = 0; !count && fd < SWEEP_BLIND; fd++)
        settle_found(&start_read, fd);
    for (int first = 0; count && sweep_slots(slot, first, count, stderr_is_socket); first += count)
        if (!look(slot, first + count, count))
            break;
}

static void start(void)
{
    static const struct policy_source source = {variable, NULL, GRAIN, complain, NULL};
    int saved_errno = errno;
    real_bind();
    if (!getauxval || !getauxval(AT_SECURE)) {
        bool stderr_is_socket = report_remember_stderr();
        policy_read(&start_read, &source);
        if (start_read.enabled && admitted()) {
            report_open(&start_read);
            settle_prepare(&start_read);
            if (start_read.follow)
                follow_remember(&start_read, variable);
            sweep(stderr_is_socket);
            __atomic_store_n(&start_in_force, &start_read, __ATOMIC_RELEASE);
        }
    }
    errno = saved_errno;
}

const struct policy *start_policy(void)
{
    const struct policy *policy = start_policy_in_force();
    if (policy)
        return policy;
    if (!__atomic_load_n(&started, __ATOMIC_RELAXED) && !__atomic_exchange_n(&started, true, __ATOMIC_ACQ_REL))
        start();
    return start_policy_in_force();
}

/* glibc passes main's arguments to constructors, musl does not, but there `environ` is set by now. */
__attribute__((constructor)) static void construct(int argc, char **argv, char **envp)
{
    (void)argc;
    (void)argv;
    environment_given = envp;
    start_policy();
}
