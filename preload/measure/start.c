#include "preload/measure/start.h"
#include "preload/measure/look.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_BEFORE = 13, END_MS = 3000, STEP_MS = 20, CANNOT = 126 };

/* The settings of whoever measures are not those of the measurement. */
static void clean_environment(void)
{
    char name[64];
    for (char **at = environ; *at;) {
        size_t length = strcspn(*at, "=");
        if (strncmp(*at, "TCPALIVE", 8) != 0 || length >= sizeof name) {
            at++;
            continue;
        }
        memcpy(name, *at, length);
        name[length] = '\0';
        if (unsetenv(name) != 0)
            at++;
    }
}

static _Noreturn void become(char **program, int32_t idle_ms, int input, int output, pid_t parent)
{
    char idle[16];
    size_t count = 0;
    while (program[count])
        count++;
    char **words = calloc(WORDS_BEFORE + count + 1, sizeof *words);
    char *before[] = {"tcpalive", "run",    "--idle",  idle,    "--interval", "1s", "--probes",
                      "5",        "--mode", "enforce", "--log", "off",        "--"};
    _Static_assert(sizeof before / sizeof *before == WORDS_BEFORE, "as many as room is made for");
    snprintf(idle, sizeof idle, "%ds", (int)(idle_ms / 1000));
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (!words || getppid() != parent || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
        _exit(CANNOT);
    memcpy(words, before, sizeof before);
    memcpy(words + WORDS_BEFORE, program, count * sizeof *words);
    clean_environment();
    for (int number = 1; number < NSIG; number++) /* caught or ignored by us is the default for it */
        signal(number, SIG_DFL);
    execv("/proc/self/exe", words);
    _exit(CANNOT);
}

int start_program(struct started *started, char **program, int32_t idle_ms)
{
    int pipes[2];
    pid_t parent = getpid();
    if (pipe2(pipes, O_CLOEXEC) != 0)
        return errno;
    int output = memfd_create("output", MFD_CLOEXEC);
    started->pid = output < 0 ? -1 : fork();
    if (started->pid == 0)
        become(program, idle_ms, pipes[0], output, parent);
    int error = started->pid < 0 ? errno : 0;
    close(pipes[0]);
    started->input = pipes[1];
    started->output = output;
    if (error) {
        close(pipes[1]);
        if (output >= 0)
            close(output);
    }
    return error;
}

static void signal_session(pid_t pid, int number)
{
    if (kill(-pid, number) != 0)
        kill(pid, number);
}

/* How many of them have not ended; those that have are reaped. */
static size_t reap(const struct started *started, size_t count, bool gone[])
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        gone[i] = gone[i] || waitpid(started[i].pid, NULL, WNOHANG) != 0;
        left += !gone[i];
    }
    return left;
}

void start_end(const struct started *started, size_t count)
{
    bool gone[BRACKET_CONNECTIONS_MAX] = {false};
    int64_t until = look_now() + END_MS;
    for (size_t i = 0; i < count; i++) {
        signal_session(started[i].pid, SIGTERM);
        close(started[i].input);
    }
    while (reap(started, count, gone) && look_now() < until)
        poll(NULL, 0, STEP_MS);
    for (size_t i = 0; i < count; i++) {
        if (!gone[i]) {
            signal_session(started[i].pid, SIGKILL);
            waitpid(started[i].pid, NULL, 0);
        }
        close(started[i].output);
    }
}
