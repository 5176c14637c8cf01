/*
 * exec: the ways in which a program starts another, when TCPALIVE_FOLLOW is on.
 *
 * Where nothing is missing from the new program's environment the call goes on as it is. Each may come between vfork and
 * exec: nothing but the stack is written.
 */
#include "preload/library/follow.h"
#include "preload/library/real.h"
#include <errno.h>
#include <spawn.h>
#include <stdarg.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

#pragma weak environ

/* The environment that the new program gets; room for it is on the stack of the function that asks. */
#define FOLLOWED(environment)                                                                                          \
    ({                                                                                                                 \
        size_t size_ = follow_size(environment);                                                                       \
        size_ ? follow_fill(environment, __builtin_alloca(size_)) : (char **)(environment);                            \
    })

static char **inherited(void)
{
    return &environ ? environ : NULL;
}

/* The call of that name. Those without an environment of their own keep their name while nothing is missing. */
static int run(enum real_id id, int at, const char *path, char *const argv[], char *const given[], int flags)
{
    char **envp = FOLLOWED(given);
    if (id == REAL_execv && envp == given)
        return REAL(execv)(path, argv);
    if (id == REAL_execvp && envp == given)
        return REAL(execvp)(path, argv);
    if (id == REAL_execvp || id == REAL_execvpe)
        return REAL(execvpe)(path, argv, envp);
    if (id == REAL_fexecve)
        return REAL(fexecve)(at, argv, envp);
    if (id != REAL_execveat)
        return REAL(execve)(path, argv, envp);
    if (REAL(execveat))
        return REAL(execveat)(at, path, argv, envp, flags);
    errno = ENOSYS;
    return -1;
}

EXPORT int execve(const char *path, char *const argv[], char *const envp[])
{
    return run(REAL_execve, 0, path, argv, envp, 0);
}

EXPORT int execv(const char *path, char *const argv[])
{
    return run(REAL_execv, 0, path, argv, inherited(), 0);
}

EXPORT int execvpe(const char *file, char *const argv[], char *const envp[])
{
    return run(REAL_execvpe, 0, file, argv, envp, 0);
}

EXPORT int execvp(const char *file, char *const argv[])
{
    return run(REAL_execvp, 0, file, argv, inherited(), 0);
}

EXPORT int fexecve(int fd, char *const argv[], char *const envp[])
{
    return run(REAL_fexecve, fd, NULL, argv, envp, 0);
}

EXPORT int execveat(int folder, const char *path, char *const argv[], char *const envp[], int flags)
{
    return run(REAL_execveat, folder, path, argv, envp, flags);
}

EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    return REAL(posix_spawn)(pid, path, actions, attributes, argv, FOLLOWED(envp));
}

EXPORT int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    return REAL(posix_spawnp)(pid, file, actions, attributes, argv, FOLLOWED(envp));
}

/* The list becomes an array on the stack, as it does in the C library. execle's environment stands behind it. */
static int run_list(enum real_id id, const char *path, const char *first, va_list list)
{
    size_t count = 0;
    va_list again;
    va_copy(again, list);
    for (const char *one = first; one; one = va_arg(again, const char *))
        count++;
    va_end(again);
    const char *argv[count + 1];
    for (size_t i = 0; i <= count; i++)
        argv[i] = i ? va_arg(list, const char *) : first;
    return run(id, 0, path, (char *const *)argv, id == REAL_execve ? va_arg(list, char *const *) : inherited(), 0);
}

#define BY_LIST(name, id)                                                                                              \
    int follow_##name(const char *path, const char *argument, ...)                                                     \
    {                                                                                                                  \
        va_list list;                                                                                                  \
        va_start(list, argument);                                                                                      \
        int result = run_list(id, path, argument, list);                                                               \
        va_end(list);                                                                                                  \
        return result;                                                                                                 \
    }

BY_LIST(execl, REAL_execv)
BY_LIST(execle, REAL_execve)
BY_LIST(execlp, REAL_execvp)
