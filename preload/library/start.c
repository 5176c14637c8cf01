#include "preload/library/start.h"
#include "core/filter.h"
#include "core/stray.h"
#include "preload/library/complaints.h"
#include "preload/library/cover.h"
#include "preload/library/follow.h"
#include "preload/library/real.h"
#include "preload/library/variables.h"
#include "preload/raw.h"
#include "preload/report.h"
#include "preload/statx.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/auxv.h>
#include <unistd.h>

#pragma weak environ
#pragma weak getauxval

/* What tcpalive's own command exports: in its processes the library does nothing. They set options for other programs. */
extern __attribute__((weak, visibility("default"))) const char tcpalive_itself;

enum { GRAIN = 1000 }; /* Linux counts idle and interval in seconds: tcp(7) */

/*
 * As many descriptors as the first look covers, and each of the others; how many are tried where no look is allowed; no number
 * is above fs.nr_open.
 */
enum { SWEEP_FIRST = 64, SWEEP_WIDTH = 1024, SWEEP_BLIND = 64, SWEEP_END = 1 << 20, STDERR = 2, STDIO = 3 };

const struct policy *start_in_force;
static bool started;

/*
 * Common, which the linker puts behind all other variables, in the order of the files: its beginning and they are what every
 * process writes, and stay on one page.
 */
struct policy start_read __attribute__((common));

/* The environment as the kernel handed it over, for glibc, whose own `environ` is not set before its constructor. */
static char **environment_given;

static int pid_at_start;

/* LD_PRELOAD with which the program began, where it still stands. */
static const char *preload_given;

static char **environment(void)
{
    return &environ && environ ? environ : environment_given;
}

static void complain(void *context, const char *line)
{
    (void)context;
    complaints_keep(line);
}

static void complain_of_strays(struct variables *variables)
{
    for (char **one = variables_list(variables); *one; one++) {
        char line[256];
        struct text text = text_in(line, sizeof line);
        if (stray_variable(*one, &text))
            complaints_keep(line);
    }
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

/* How many descriptors are open: the size of that folder since Linux 6.2 (proc(5)). 0: not told. */
static uint64_t count_open(void)
{
    struct file folder;
    return file_look(AT_FDCWD, "/proc/self/fd", 0, FILE_SIZE, &folder) == 0 ? folder.size : 0;
}

/* Which of `count` descriptors from `first` on are open, in one system call. False when the limit on files forbids to ask. */
static bool look(struct pollfd *slot, int first, int count)
{
    const long no_wait[2] = {0, 0};
    for (int i = 0; i < count; i++)
        slot[i] = (struct pollfd){first + i, 0, 0};
    return RAW(ppoll, slot, count, no_wait, 0, 0) >= 0;
}

/* Puts what is open among the looked at under the policy, and adds to `found`. True when the upper half was not all closed. */
static bool sweep_slots(const struct pollfd *slot, int count, uint64_t *found)
{
    bool upper = false;
    for (int i = 0; i < count; i++) {
        if (slot[i].revents & POLLNVAL)
            continue;
        upper = upper || i >= count / 2;
        cover_found(&start_read, slot[i].fd, false);
        ++*found;
    }
    return upper;
}

static uint64_t sweep_stdio(enum report_stderr on_stderr)
{
    uint64_t found = on_stderr == STDERR_FILE;
    for (int fd = 0; fd < STDIO; fd++)
        if (fd != STDERR || on_stderr == STDERR_SOCKET)
            found += cover_found(&start_read, fd, false);
    return found;
}

/*
 * Sockets from elsewhere: inetd's descriptors 0 to 2, systemd's LISTEN_FDS, what was open across exec. It ends when all that
 * are open were found, or, where their number is not told, with a long run of closed ones. Nearly every program has no more
 * than the first three.
 */
static void sweep(enum report_stderr on_stderr)
{
    struct pollfd slot[SWEEP_WIDTH];
    uint64_t open = count_open(), found = sweep_stdio(on_stderr);
    int count = SWEEP_FIRST;
    if (open && found >= open)
        return;
    while (count && !look(slot, STDIO, count))
        count /= 2;
    for (int fd = STDIO; !count && fd < SWEEP_BLIND; fd++)
        cover_found(&start_read, fd, false);
    for (int first = STDIO, most = SWEEP_WIDTH; count && first < SWEEP_END;) {
        bool dense = sweep_slots(slot, count, &found);
        if (open ? found >= open : !dense && first > STDIO)
            return;
        first += count;
        while (most && !look(slot, first, most))
            most /= 2;
        count = most;
    }
}

static void start(void)
{
    struct variables variables;
    variables_pick(&variables, environment());
    const struct policy_source source = {variables_find, NULL, GRAIN, complain, &variables, variables_list(&variables)};
    int saved_errno = errno;
    real_bind();
    if (!&tcpalive_itself && (!getauxval || !getauxval(AT_SECURE))) {
        enum report_stderr on_stderr = report_remember_stderr();
        policy_read(&start_read, &source);
        if (start_read.enabled && admitted()) {
            report_open(&start_read);
            complain_of_strays(&variables);
            cover_prepare(&start_read);
            preload_given = variables_find(&variables, "LD_PRELOAD");
            pid_at_start = (int)RAW(getpid, 0, 0, 0, 0, 0);
            if (start_read.follow == FOLLOW_ON)
                follow_remember(&start_read, preload_given);
            else if (start_read.follow == FOLLOW_NEVER)
                follow_never(environment());
            sweep(on_stderr);
            __atomic_store_n(&start_in_force, &start_read, __ATOMIC_RELEASE);
        }
    }
    errno = saved_errno;
}

const struct policy *start_if_needed(void)
{
    if (!__atomic_load_n(&started, __ATOMIC_RELAXED) && !__atomic_exchange_n(&started, true, __ATOMIC_ACQ_REL))
        start();
    return start_policy_in_force();
}

int start_pid(void)
{
    return pid_at_start;
}

const char *start_preload(void)
{
    return preload_given;
}

void start_stand_back(void)
{
    __atomic_store_n(&start_in_force, NULL, __ATOMIC_RELEASE);
}

void start_stand_up(void)
{
    __atomic_store_n(&start_in_force, &start_read, __ATOMIC_RELEASE);
}

/* glibc passes main's arguments to constructors, musl does not, but there `environ` is set by now. */
__attribute__((constructor)) static void construct(int argc, char **argv, char **envp)
{
    (void)argc;
    (void)argv;
    environment_given = envp;
    start_if_needed();
}
