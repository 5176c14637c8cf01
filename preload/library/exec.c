/*
 * exec: the ways in which a program starts another.
 *
 * The environment becomes what follow makes of it; where that is nothing new the call goes on as it is. Each may come
 * between vfork and exec: nothing but the stack is written, and one flag.
 */
#include "preload/library/exec.h"
#include "core/text.h"
#include "preload/library/follow.h"
#include "preload/library/memory.h"
#include "preload/library/real.h"
#include "preload/library/room.h"
#include "preload/library/start.h"
#include "preload/raw.h"
#include "preload/report.h"
#include <errno.h>
#include <spawn.h>
#include <stdarg.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

#pragma weak environ

/* Room that was mapped, to be given back when the call returns. */
struct mapped {
    void *at;
    size_t size;
};

/* The environment that the new program gets; room for it is on the stack of the function that asks, or mapped. */
#define FOLLOWED(environment, mapped)                                                                                  \
    ({                                                                                                                 \
        size_t size_ = follow_size(environment);                                                                       \
        void *room_ = !size_                 ? NULL                                                                    \
                      : room_on_stack(size_) ? __builtin_alloca(size_)                                                 \
                                             : ((mapped)->size = size_, (mapped)->at = room_map(size_));               \
        room_ ? follow_fill(environment, room_) : (char **)(environment);                                              \
    })

char **exec_inherited(void)
{
    return &environ ? environ : NULL;
}

/* A child of this process starts many a program that is none of the user's business; what it becomes itself is. */
void exec_say_when_lost(const char *path, char *const *environment, bool in_place)
{
    static bool said; /* by this process */
    const struct policy *policy = start_policy();
    char line[512];
    struct text text = text_in(line, sizeof line);
    if (said || !policy || policy->follow != FOLLOW_OFF || !report_wants(LEVEL_WARN) ||
        !follow_is_lost(environment, start_preload()))
        return;
    enum level level = in_place && RAW(getpid, 0, 0, 0, 0, 0) == start_pid() ? LEVEL_WARN : LEVEL_INFO;
    if (!report_wants(level))
        return;
    const char *const named[] = {path, NULL};
    text_complain(&text, "exec", path && memory_list_readable(named) ? path : NULL,
                  "its LD_PRELOAD leaves out this library; TCPALIVE_FOLLOW=on takes it along");
    said = report(level, line);
}

/* The call of that name. Those without an environment of their own keep their name while nothing is missing. */
static int start_in(enum real_id id, int at, const char *path, char *const argv[], char *const envp[], bool changed,
                    int flags)
{
    if (id == REAL_execv && !changed)
        return REAL(execv)(path, argv);
    if (id == REAL_execvp && !changed)
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

static int run(enum real_id id, int at, const char *path, char *const argv[], char *const given[], int flags)
{
    struct mapped mapped = {NULL, 0};
    char **envp = FOLLOWED(given, &mapped);
    exec_say_when_lost(path, envp, true);
    int result = start_in(id, at, path, argv, envp, envp != given, flags);
    room_unmap(mapped.at, mapped.size);
    return result;
}

EXPORT int execve(const char *path, char *const argv[], char *const envp[])
{
    return run(REAL_execve, 0, path, argv, envp, 0);
}

EXPORT int execv(const char *path, char *const argv[])
{
    return run(REAL_execv, 0, path, argv, exec_inherited(), 0);
}

EXPORT int execvpe(const char *file, char *const argv[], char *const envp[])
{
    return run(REAL_execvpe, 0, file, argv, envp, 0);
}

EXPORT int execvp(const char *file, char *const argv[])
{
    return run(REAL_execvp, 0, file, argv, exec_inherited(), 0);
}

EXPORT int fexecve(int fd, char *const argv[], char *const envp[])
{
    return run(REAL_fexecve, fd, NULL, argv, envp, 0);
}

EXPORT int execveat(int folder, const char *path, char *const argv[], char *const envp[], int flags)
{
    return run(REAL_execveat, folder, path, argv, envp, flags);
}

typedef int spawn(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[],
                  char *const[]);

static int run_spawn(spawn *real, pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                     const posix_spawnattr_t *attributes, char *const argv[], char *const given[])
{
    struct mapped mapped = {NULL, 0};
    char **envp = FOLLOWED(given, &mapped);
    exec_say_when_lost(path, envp, false);
    int result = real(pid, path, actions, attributes, argv, envp);
    room_unmap(mapped.at, mapped.size);
    return result;
}

EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    return run_spawn(REAL(posix_spawn), pid, path, actions, attributes, argv, envp);
}

EXPORT int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const argv[], char *const envp[])
{
    return run_spawn(REAL(posix_spawnp), pid, file, actions, attributes, argv, envp);
}

/* The call by its number: `envp` is one of the arguments. */
long exec_by_number(long number, long *argument, int envp)
{
    struct mapped mapped = {NULL, 0};
    char **given = (char **)argument[envp];
    argument[envp] = (long)FOLLOWED(given, &mapped);
    exec_say_when_lost((const char *)argument[envp - 2], (char **)argument[envp], true);
    long result = REAL(syscall)(number, argument[0], argument[1], argument[2], argument[3], argument[4], argument[5]);
    room_unmap(mapped.at, mapped.size);
    return result;
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
    char *const *given = id == REAL_execve ? va_arg(list, char *const *) : exec_inherited();
    return run(id, 0, path, (char *const *)argv, given, 0);
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
