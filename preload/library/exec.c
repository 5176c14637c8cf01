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
#define FOLLOWED(environment)                                                                                 \
    ({                                                                                                        \
        size_t size_ = follow_size(environment);                                                              \
        size_ ? follow_fill(environment, __builtin_alloca(size_)) : (char **)(environment);                   \
    })

static char **inherited(void)
{
    return &environ ? environ : NULL;
}

EXPORT int execve(const char *path, char *const argv[], char *const envp[])
{
    return REAL(execve)(path, argv, FOLLOWED(envp));
}

EXPORT int execv(const char *path, char *const argv[])
{
    char **own = inherited(), **followed = FOLLOWED(own);
    return followed == own ? REAL(execv)(path, argv) : REAL(execve)(path, argv, followed);
}

EXPORT int execvpe(const char *file, char *const argv[], char *const envp[])
{
    return REAL(execvpe)(file, argv, FOLLOWED(envp));
}

EXPORT int execvp(const char *file, char *const argv[])
{
    char **own = inherited(), **followed = FOLLOWED(own);
    return followed == own ? REAL(execvp)(file, argv) : REAL(execvpe)(file, argv, followed);
}

EXPORT int fexecve(int fd, char *const argv[], char *const envp[])
{
    return REAL(fexecve)(fd, argv, FOLLOWED(envp));
}

EXPORT int execveat(int folder, const char *path, char *const argv[], char *const envp[], int flags)
{
    if (REAL(execveat))
        return REAL(execveat)(folder, path, argv, FOLLOWED(envp), flags);
    errno = ENOSYS;
    return -1;
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

/* The list becomes an array on the stack, as it does in the C library; `rest` is left behind the list's end. */
#define ARRAY_OF(argument, argv, rest)                                                                        \
    va_list rest;                                                                                             \
    size_t count_ = 0;                                                                                        \
    va_start(rest, argument);                                                                                 \
    for (const char *one_ = argument; one_; one_ = va_arg(rest, const char *))                                \
        count_++;                                                                                             \
    va_end(rest);                                                                                             \
    const char *argv[count_ + 1];                                                                             \
    va_start(rest, argument);                                                                                 \
    for (size_t i_ = 0; i_ <= count_; i_++)                                                                   \
        argv[i_] = i_ ? va_arg(rest, const char *) : argument

int follow_execl(const char *path, const char *argument, ...)
{
    ARRAY_OF(argument, argv, rest);
    va_end(rest);
    return execv(path, (char *const *)argv);
}

int follow_execle(const char *path, const char *argument, ...)
{
    ARRAY_OF(argument, argv, rest);
    char *const *envp = va_arg(rest, char *const *);
    va_end(rest);
    return execve(path, (char *const *)argv, envp);
}

int follow_execlp(const char *file, const char *argument, ...)
{
    ARRAY_OF(argument, argv, rest);
    va_end(rest);
    return execvp(file, (char *const *)argv);
}
