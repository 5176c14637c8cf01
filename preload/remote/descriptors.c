#include "preload/remote/descriptors.h"
#include "core/text.h"
#include "preload/newer_kernel.h"
#include "preload/remote/process.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <unistd.h>

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL /* Linux 6.9: one thread, not its process */
#endif

/*
 * Up to this size of a descriptor table each number is tried: a number that is not open costs a tenth of what
 * it takes /proc to list one that is. Beyond, where a table may be empty but for a few high numbers, /proc is
 * asked.
 */
enum { TRIED_MAX = 1 << 16, NUMBER_MAX = 1 << 30 };

static int visit_number(pid_t pid, int pidfd, int number, descriptors_visit *visit, void *context)
{
    struct descriptors_found found = {pid, number, -1};
    found.fd = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
    if (found.fd < 0)
        return errno == EBADF ? 0 : errno; /* not open, or not any more */
    visit(context, &found);
    close(found.fd);
    return 0;
}

static int visit_listed(pid_t pid, int pidfd, descriptors_visit *visit, void *context)
{
    char path[64];
    uint64_t number;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *directory = opendir(path);
    if (!directory)
        return errno == ENOENT ? ESRCH : errno;
    int error = 0;
    for (struct dirent *entry; error == 0 && (entry = readdir(directory));)
        if (span_number(span_of(entry->d_name), NUMBER_MAX, &number))
            error = visit_number(pid, pidfd, (int)number, visit, context);
    closedir(directory);
    return error;
}

/* All that is taken goes through the pidfd, so that a reused PID gets ESRCH. */
static int visit_table(pid_t pid, int pidfd, descriptors_visit *visit, void *context)
{
    int size = process_table_size(pid), error = 0;
    if (size > TRIED_MAX)
        return visit_listed(pid, pidfd, visit, context);
    for (int number = 0; error == 0 && number < size; number++)
        error = visit_number(pid, pidfd, number, visit, context);
    return error;
}

static int visit_task(pid_t pid, unsigned flags, descriptors_visit *visit, void *context)
{
    int pidfd = (int)syscall(SYS_pidfd_open, pid, flags);
    if (pidfd < 0)
        return errno != EINVAL ? errno : flags ? EOPNOTSUPP : ESRCH; /* without flags: a thread, no process */
    int error = visit_table(pid, pidfd, visit, context);
    close(pidfd);
    return error;
}

/* Also true where the kernel does not compare. */
static bool same_table(pid_t one, pid_t other)
{
    return syscall(SYS_kcmp, one, other, KCMP_FILES, 0, 0) <= 0;
}

/* Threads whose table is neither the process's nor that of a thread already visited. */
static int visit_threads(pid_t pid, DIR *tasks, descriptors_visit *visit, void *context)
{
    struct process_list owners = {0};
    int error = process_list_add(&owners, pid) ? 0 : ENOMEM;
    for (struct dirent *entry; error == 0 && (entry = readdir(tasks));) {
        pid_t thread;
        if (!process_parse(entry->d_name, &thread) || thread == pid)
            continue;
        bool known = false;
        for (size_t i = 0; !known && i < owners.count; i++)
            known = same_table(owners.pid[i], thread);
        if (known)
            continue;
        error = process_list_add(&owners, thread) ? visit_task(thread, PIDFD_THREAD, visit, context) : ENOMEM;
        if (error == ESRCH) /* that thread ended */
            error = 0;
    }
    process_list_free(&owners);
    return error;
}

int descriptors_each(pid_t pid, descriptors_visit *visit, void *context)
{
    char path[64];
    int error = visit_task(pid, 0, visit, context);
    if (error && error != ESRCH) /* the first thread may have ended before the others */
        return error;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    if (!tasks)
        return errno == ENOENT ? ESRCH : errno;
    error = visit_threads(pid, tasks, visit, context);
    closedir(tasks);
    return error;
}
