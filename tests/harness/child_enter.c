#include "child_enter.h"
#include "cmocka_all.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { ENVIRONMENT_ROOM = 64, INHERITED_ABOVE = 200 };

static char *joined(const char *name, const char *value)
{
    char *text = NULL;
    assert_true(asprintf(&text, "%s=%s", name, value) > 0);
    return text;
}

char **child_environment(const struct child_plan *plan)
{
    char **all = calloc(ENVIRONMENT_ROOM + 1, sizeof *all);
    size_t count = 0;
    assert_non_null(all);
    all[count++] = joined("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    all[count++] = joined("HOME", "/");
    all[count++] = joined("TMPDIR", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    all[count++] = joined("LC_ALL", "C");
    if (getenv("TEST_PATIENCE"))
        all[count++] = joined("TEST_PATIENCE", getenv("TEST_PATIENCE"));
    if (plan->preload)
        all[count++] = joined("LD_PRELOAD", plan->preload);
    for (const char *const *more = plan->environment; more && *more; more++) {
        assert_true(count < ENVIRONMENT_ROOM);
        all[count++] = strdup(*more);
    }
    return all;
}

void child_free_environment(char **all)
{
    for (char **one = all; *one; one++)
        free(*one);
    free(all);
}

/*
 * In the child, with CLOEXEC on all that it holds: moves what it shall inherit out of the way first, so that no target
 * number hits a descriptor that is still needed.
 */
static int place_descriptors(const struct child_descriptor *list)
{
    int moved[32];
    size_t count = 0;
    for (; list && list[count].number >= 0; count++)
        if (count == 32 || (moved[count] = fcntl(list[count].own, F_DUPFD_CLOEXEC, INHERITED_ABOVE)) < 0)
            return -1;
    for (size_t i = 0; i < count; i++)
        if (dup2(moved[i], list[i].number) < 0)
            return -1;
    return 0;
}

/* In a mount namespace of the child's own: nothing is left to unmount. */
static int mount_proc(const char *root)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/proc", root);
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return -1;
    return mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static int become(const struct child_plan *plan)
{
    if (plan->root && plan->root_proc && mount_proc(plan->root) != 0)
        return -1;
    if (plan->root && (chroot(plan->root) != 0 || chdir("/") != 0))
        return -1;
    if (plan->uid && (setgroups(0, NULL) != 0 || setresgid(plan->uid, plan->uid, plan->uid) != 0 ||
                      setresuid(plan->uid, plan->uid, plan->uid) != 0))
        return -1;
    /* A change of user clears it, hence here and not earlier. */
    return prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void child_enter(const struct child_plan *plan, char **environment, const int pipes[4], pid_t test)
{
    int report = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, INHERITED_ABOVE);
    fcntl(pipes[3], F_DUPFD_CLOEXEC, INHERITED_ABOVE);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    setpgid(0, 0);
    if (dup2(pipes[0], 0) >= 0 && dup2(pipes[1], 1) >= 0 && (plan->keep_stderr || dup2(pipes[2], 2) >= 0) &&
        place_descriptors(plan->descriptors) == 0 && become(plan) == 0 && getppid() == test) {
        environ = environment;
        execvp(plan->argv[0], (char *const *)plan->argv);
    }
    dprintf(report, "cannot start %s: %s\n", plan->argv[0], strerror(errno));
    _exit(127);
}
