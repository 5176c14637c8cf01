/* Children of every kind, and programs started with a cleaned environment. */
#include "host.h"
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *const serve[] = {"host", "serve", NULL};

static int in_clone(void *unused)
{
    (void)unused;
    host_shows_all();
    puts("ready");
    fflush(stdout);
    host_waits();
}

/* The child says `ready`; this process only waits for it. */
static void wait_for(pid_t child)
{
    if (child < 0)
        host_unavailable("child");
    waitpid(child, NULL, 0);
    exit(1);
}

void host_child(char **arguments)
{
    static char stack[256 * 1024] __attribute__((aligned(16)));
    const char *how = arguments[0] ? arguments[0] : "";
    pid_t child = -1;
    if (strcmp(how, "fork") == 0) {
        child = fork();
        if (child == 0)
            in_clone(NULL);
    } else if (strcmp(how, "vfork") == 0) {
        child = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork): it is what programs do */
        if (child == 0) {
            execv(host_self, serve);
            _exit(127);
        }
    } else if (strcmp(how, "spawn") == 0) {
        if (posix_spawn(&child, host_self, NULL, NULL, serve, environ) != 0)
            child = -1;
    } else if (strcmp(how, "clone") == 0) {
        child = clone(in_clone, stack + sizeof stack, SIGCHLD, NULL);
    } else {
        probe_wrong("child");
    }
    wait_for(child);
}

struct start {
    const char *name, *file; /* the program itself, by path and as PATH finds it */
    char *const *environment;
};

static void start_by_list(const struct start *start)
{
    if (strcmp(start->name, "execl") == 0)
        execl(start->file, "host", "serve", (char *)NULL);
    else if (strcmp(start->name, "execlp") == 0)
        execlp(start->file, "host", "serve", (char *)NULL);
    else if (strcmp(start->name, "execle") == 0)
        execle(start->file, "host", "serve", (char *)NULL, start->environment);
}

static void start_by_array(const struct start *start)
{
    if (strcmp(start->name, "execv") == 0)
        execv(start->file, serve);
    else if (strcmp(start->name, "execve") == 0)
        execve(start->file, serve, start->environment);
    else if (strcmp(start->name, "execvp") == 0)
        execvp(start->file, serve);
    else if (strcmp(start->name, "execvpe") == 0)
        execvpe(start->file, serve, start->environment);
    else if (strcmp(start->name, "fexecve") == 0)
        fexecve(open(start->file, O_RDONLY | O_CLOEXEC), serve, start->environment);
#if defined __GLIBC_MINOR__ && __GLIBC_MINOR__ >= 34
    else if (strcmp(start->name, "execveat") == 0)
        execveat(AT_FDCWD, start->file, serve, start->environment, 0);
#endif
}

static void start_by_vfork(const struct start *start)
{
    if (strcmp(start->name, "vfork") != 0)
        return;
    pid_t child = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork): it is what programs do */
    if (child == 0) {
        execve(start->file, serve, start->environment);
        _exit(127);
    }
    wait_for(child);
}

static void start_by_spawn(const struct start *start)
{
    pid_t child;
    if (strcmp(start->name, "posix_spawn") == 0 &&
        posix_spawn(&child, start->file, NULL, NULL, serve, start->environment) == 0)
        wait_for(child);
    if (strcmp(start->name, "posix_spawnp") == 0 &&
        posix_spawnp(&child, start->file, NULL, NULL, serve, start->environment) == 0)
        wait_for(child);
}

/* Through a shell, and by number. */
static void start_by_shell(const struct start *start)
{
    char command[4096];
    snprintf(command, sizeof command, "exec '%s' serve", start->file);
    if (strcmp(start->name, "system") == 0)
        exit(system(command) != 0); /* NOLINT(cert-env33-c): it is what programs do */
    if (strcmp(start->name, "popen") == 0) {
        FILE *output = popen(command, "r"); /* NOLINT(cert-env33-c) */
        for (char line[256]; output && fgets(line, sizeof line, output);) {
            fputs(line, stdout);
            fflush(stdout);
        }
    }
    if (strcmp(start->name, "syscall-execve") == 0)
        syscall(SYS_execve, start->file, serve, start->environment);
    if (strcmp(start->name, "syscall-execveat") == 0)
        syscall(SYS_execveat, AT_FDCWD, start->file, serve, start->environment, 0);
}

enum { MANY = 1400, STACK = 16384 };

/* So many variables that a copy of their list would not fit. */
static void *start_on_small_stack(void *context)
{
    const struct start *start = context;
    static char *environment[MANY + 1];
    pid_t child = -1;
    for (int i = 0; i < MANY; i++)
        environment[i] = start->environment[0] ? start->environment[0] : "A=B";
    posix_spawn(&child, start->file, NULL, NULL, serve, environment);
    if (strstr(start->name, "exec"))
        execve(start->file, serve, environment);
    wait_for(child);
    return NULL;
}

static void start_in_thread(const struct start *start)
{
    pthread_attr_t attributes;
    pthread_t thread;
    if (strncmp(start->name, "small-stack", 11) != 0)
        return;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    if (pthread_create(&thread, &attributes, start_on_small_stack, (void *)start) == 0)
        pthread_join(thread, NULL);
}

/* The new program gets these variables alone. Calls that take no environment pass on the process's own. */
void host_clean(char **arguments)
{
    struct start start = {.name = arguments[0] ? arguments[0] : "", .file = host_self, .environment = arguments + 1};
    clearenv();
    for (char **one = arguments[0] ? arguments + 1 : arguments; *one; one++)
        putenv(*one);
    start_by_list(&start);
    start_by_array(&start);
    start_by_spawn(&start);
    start_by_vfork(&start);
    start_by_shell(&start);
    start_in_thread(&start);
    host_unavailable(start.name);
}
