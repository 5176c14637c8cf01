#include "preload/library/start.h"
#include "core/filter.h"
#include "core/policy_read.h"
#include "core/stray.h"
#include "preload/apply.h"
#include "preload/library/announce.h"
#include "preload/library/complaints.h"
#include "preload/library/cover.h"
#include "preload/library/follow.h"
#include "preload/library/inherited.h"
#include "preload/library/real.h"
#include "preload/library/rules.h"
#include "preload/library/variables.h"
#include "preload/raw.h"
#include "preload/report.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <unistd.h>

#pragma weak environ
#pragma weak getauxval

/*
 * What tcpalive's own command exports: in its processes the library does nothing. They set options for other programs.
 */
extern __attribute__((weak, visibility("default"))) const char tcpalive_itself;

const struct policy *start_in_force;
static bool started;

static struct policy start_read;

/* The environment as the kernel handed it over, for glibc, whose own `environ` is not set before its constructor. */
static char **environment_given;

static int pid_at_start;

/* LD_PRELOAD with which the program began, where it still stands. */
static const char *preload_given;

static char **environment(void)
{
    return &environ && environ ? environ : __atomic_load_n(&environment_given, __ATOMIC_RELAXED);
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

/*
 * Known by the name it was started under and by the file that runs: a script and its interpreter, a link
 * and its target.
 */
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

static void start(void)
{
    struct variables variables;
    variables_pick(&variables, environment());
    const struct policy_source source = {.variable = variables_find,
                                         .context = &variables,
                                         .entries = variables_list(&variables),
                                         .grain = APPLY_GRAIN,
                                         .complain = complain,
                                         .rules_later = true};
    int saved_errno = errno;
    real_bind();
    if (!&tcpalive_itself && (!getauxval || !getauxval(AT_SECURE))) {
        enum report_stderr on_stderr = report_remember_stderr();
        policy_read(&start_read, &source);
        if (start_read.enabled && admitted()) {
            report_open(&start_read);
            complain_of_strays(&variables);
            rules_keep(&start_read);
            cover_prepare(&start_read);
            announce_prepare(&start_read);
            preload_given = variables_find(&variables, "LD_PRELOAD");
            pid_at_start = (int)RAW(getpid, 0, 0, 0, 0, 0);
            if (start_read.follow == FOLLOW_ON)
                follow_remember(&start_read, preload_given);
            else if (start_read.follow == FOLLOW_NEVER)
                follow_never(environment());
            inherited_sweep(&start_read, on_stderr);
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
    __atomic_store_n(&environment_given, envp, __ATOMIC_RELAXED); /* others' threads may have begun before */
    start_if_needed();
}
