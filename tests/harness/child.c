#include "child.h"
#include "child_enter.h"
#include "cmocka_all.h"
#include "oracle.h"
#include "scene.h"
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEP_MS = 10 };

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
    char **environment = child_environment(plan);
    pid_t test = getpid();
    child->pid = fork();
    assert_true(child->pid >= 0);
    if (child->pid == 0)
        child_enter(plan, environment, (const int[]){in[0], out[1], err[1], exec[1]}, test);
    setpgid(child->pid, child->pid);
    child_free_environment(environment);
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

/* Reads what both pipes offer within wait_ms. Both always: a program must not stall on the one nobody reads. */
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
    long long end = scene_deadline(deadline_ms);
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
    long long end = scene_deadline(deadline_ms);
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
    long long end = scene_deadline(deadline_ms);
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
    long long end = scene_deadline(deadline_ms);
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
