#include "child.h"
#include "cmocka_all.h"
#include "oracle.h"
#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENVIRONMENT_ROOM = 64, STEP_MS = 10, INHERITED_ABOVE = 200 };

/* Text that came through one pipe. `taken` is how far child_line and its kin have read. */
struct stream {
    int fd;
    char *text;
    size_t length, taken;
};

struct child {
    pid_t pid;
    int in;
    int status; /* as a shell counts it, once ended; -1 before */
    struct stream out, err;
    char *line;
    struct child *next;
};

static struct child *running;

static char *joined(const char *name, const char *value)
{
    char *text = NULL;
    assert_true(asprintf(&text, "%s=%s", name, value) > 0);
    return text;
}

static char **environment_of(const struct child_plan *plan)
{
    char **all = calloc(ENVIRONMENT_ROOM + 1, sizeof *all);
    size_t count = 0;
    assert_non_null(all);
    all[count++] = joined("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    all[count++] = joined("HOME", "/");
    all[count++] = joined("TMPDIR", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    all[count++] = joined("LC_ALL", "C");
    if (plan->preload)
        all[count++] = joined("LD_PRELOAD", plan->preload);
    for (const char *const *more = plan->environment; more && *more; more++) {
        assert_true(count < ENVIRONMENT_ROOM);
        all[count++] = strdup(*more);
    }
    return all;
}

static void free_environment(char **all)
{
    for (char **one = all; *one; one++)
        free(*one);
    free(all);
}

/* In the child, with CLOEXEC on all that it holds: moves what it shall inherit out of the way first, so that
 * no target number hits a descriptor that is still needed. */
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

/* The child between fork and exec. pipes: its stdin, stdout, stderr, and one that exec closes. */
static void enter(const struct child_plan *plan, char **environment, const int pipes[4], pid_t test)
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

struct child *child_start(const struct child_plan *plan)
{
    int in[2], out[2], err[2], exec[2];
    char unused;
    struct child *child = calloc(1, sizeof *child);
    assert_non_null(child);
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    assert_int_equal(pipe2(exec, O_CLOEXEC), 0);
    signal(SIGPIPE, SIG_IGN);
    char **environment = environment_of(plan);
    pid_t test = getpid();
    child->pid = fork();
    assert_true(child->pid >= 0);
    if (child->pid == 0)
        enter(plan, environment, (const int[]){in[0], out[1], err[1], exec[1]}, test);
    setpgid(child->pid, child->pid);
    free_environment(environment);
    close(in[0]);
    close(out[1]);
    close(err[1]);
    close(exec[1]);
    /* Ends with its exec: until then it holds all that the test holds, and would be taken for the program. */
    assert_int_equal(read(exec[0], &unused, 1), 0);
    close(exec[0]);
    child->in = in[1];
    child->out.fd = out[0];
    child->err.fd = err[0];
    child->status = -1;
    child->next = running;
    running = child;
    return child;
}

pid_t child_pid(const struct child *child)
{
    return child->pid;
}

void child_say(struct child *child, const char *text)
{
    size_t length = strlen(text);
    assert_int_equal(write(child->in, text, length), (ssize_t)length);
}

void child_close_stdin(struct child *child)
{
    if (child->in >= 0)
        close(child->in);
    child->in = -1;
}

static void take_in(struct stream *stream)
{
    char part[65536];
    ssize_t length = read(stream->fd, part, sizeof part);
    if (length <= 0) {
        close(stream->fd);
        stream->fd = -1;
        return;
    }
    stream->text = realloc(stream->text, stream->length + (size_t)length + 1);
    assert_non_null(stream->text);
    memcpy(stream->text + stream->length, part, (size_t)length);
    stream->length += (size_t)length;
    stream->text[stream->length] = '\0';
}

/* Reads what both pipes offer within wait_ms. Both always: a program must not stall on the one nobody reads.
 */
static void listen_to(struct child *child, int wait_ms)
{
    struct pollfd both[2] = {{child->out.fd, POLLIN, 0}, {child->err.fd, POLLIN, 0}};
    if (poll(both, 2, wait_ms) <= 0)
        return;
    if (both[0].revents)
        take_in(&child->out);
    if (both[1].revents)
        take_in(&child->err);
}

static char *next_line(struct child *child, struct stream *stream, int deadline_ms)
{
    long long end = scene_now_ms() + deadline_ms;
    for (;;) {
        char *start = stream->text ? stream->text + stream->taken : NULL;
        char *stop = start ? strchr(start, '\n') : NULL;
        if (stop) {
            stream->taken += (size_t)(stop - start) + 1;
            free(child->line);
            return child->line = strndup(start, (size_t)(stop - start));
        }
        long long left = end - scene_now_ms();
        if (stream->fd < 0 || left <= 0)
            return NULL;
        listen_to(child, (int)left);
    }
}

static int line_with(struct child *child, struct stream *stream, const char *text, int deadline_ms)
{
    long long end = scene_now_ms() + deadline_ms;
    for (;;) {
        long long left = end - scene_now_ms();
        const char *line = next_line(child, stream, left > 0 ? (int)left : 0);
        if (!line)
            return -1;
        if (strstr(line, text))
            return 0;
    }
}

const char *child_line(struct child *child, int deadline_ms)
{
    return next_line(child, &child->out, deadline_ms);
}

int child_line_with(struct child *child, const char *text, int deadline_ms)
{
    return line_with(child, &child->out, text, deadline_ms);
}

int child_error_with(struct child *child, const char *text, int deadline_ms)
{
    return line_with(child, &child->err, text, deadline_ms);
}

const char *child_output(struct child *child)
{
    listen_to(child, 0);
    return child->out.text ? child->out.text : "";
}

const char *child_errors(struct child *child)
{
    listen_to(child, 0);
    return child->err.text ? child->err.text : "";
}

static int has_ended(struct child *child)
{
    siginfo_t about = {0};
    if (child->status >= 0)
        return 1;
    if (waitid(P_PID, (id_t)child->pid, &about, WEXITED | WNOHANG | WNOWAIT) != 0 || about.si_pid == 0)
        return 0;
    child->status = about.si_code == CLD_EXITED ? about.si_status : 128 + about.si_status;
    return 1;
}

int child_wait(struct child *child, int deadline_ms)
{
    long long end = scene_now_ms() + deadline_ms;
    while (!has_ended(child)) {
        if (scene_now_ms() > end)
            return -1;
        listen_to(child, STEP_MS);
        if (child->out.fd < 0 && child->err.fd < 0)
            poll(NULL, 0, STEP_MS);
    }
    /* What it wrote last is still in the pipes; a descendant that holds them open shall not delay us. */
    struct pollfd rest[2];
    do {
        rest[0] = (struct pollfd){child->out.fd, POLLIN, 0};
        rest[1] = (struct pollfd){child->err.fd, POLLIN, 0};
        listen_to(child, 0);
    } while (poll(rest, 2, 0) > 0 && (child->out.fd >= 0 || child->err.fd >= 0));
    return child->status;
}

int child_listens(struct child *child, int port, int deadline_ms)
{
    long long end = scene_now_ms() + deadline_ms;
    static struct oracle_socket seen[256];
    for (;;) {
        ssize_t count = oracle_tree(child->pid, seen, sizeof seen / sizeof *seen);
        for (ssize_t i = 0; i < count; i++) {
            int its = oracle_port(&seen[i].local);
            if (seen[i].listening == 1 && (port == 0 || port == its))
                return its;
        }
        if (has_ended(child) || scene_now_ms() > end)
            return -1;
        listen_to(child, STEP_MS);
    }
}

void child_signal(struct child *child, int number)
{
    if (!has_ended(child))
        kill(child->pid, number);
}

/* has_ended leaves the leader unreaped, so that the group's number is still ours when the group is killed. */
void child_stop(struct child *child)
{
    for (struct child **link = &running; *link; link = &(*link)->next)
        if (*link == child) {
            *link = child->next;
            break;
        }
    kill(-child->pid, SIGKILL);
    waitpid(child->pid, NULL, 0);
    child_close_stdin(child);
    if (child->out.fd >= 0)
        close(child->out.fd);
    if (child->err.fd >= 0)
        close(child->err.fd);
    free(child->out.text);
    free(child->err.text);
    free(child->line);
    free(child);
}

int child_stop_all(void **state)
{
    (void)state;
    while (running)
        child_stop(running);
    return 0;
}

int child_run(const struct child_plan *plan, char *output, size_t room)
{
    struct child *child = child_start(plan);
    child_close_stdin(child);
    int status = child_wait(child, CHILD_DEADLINE_MS);
    if (output)
        snprintf(output, room, "%s", child_output(child));
    child_stop(child);
    return status;
}
