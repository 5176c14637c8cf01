#include "preload/remote/descriptors.h"
#include "core/text.h"
#include "preload/newer_kernel.h"
#include "preload/remote/network_class.h"
#include "preload/remote/process.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL /* Linux 6.9: one thread, not its process */
#endif

/*
 * Up to this size of a descriptor table each number is tried: a number that is not open costs a tenth of what it takes
 * /proc to list one that is. Beyond, where a table may be empty but for a few high numbers, /proc is asked.
 */
enum { TRIED_MAX = 1 << 16, NUMBER_MAX = 1 << 30, NAME_SIZE = 12 };

/* One descriptor table: /proc's folder of it, and what its descriptors are taken by. */
struct table {
    pid_t pid;
    int folder, pidfd;
};

/* proc_pid_fd(5): `socket:[INODE]`. What kind a descriptor is, without a look at the file behind it. */
static bool is_socket(const struct table *table, const char *name, uint64_t *inode)
{
    static const char kind[] = "socket:[";
    char link[64];
    ssize_t length = readlinkat(table->folder, name, link, sizeof link);
    struct span rest = {link + sizeof kind - 1, (size_t)length - sizeof kind};
    return length > (ssize_t)sizeof kind && memcmp(link, kind, sizeof kind - 1) == 0 &&
           span_number(rest, UINT64_MAX, inode);
}

static int visit_number(const struct table *table, const char *name, int number,
                        const struct descriptors_search *search)
{
    struct descriptors_found found = {.pid = table->pid, .number = number};
    if (!is_socket(table, name, &found.inode) || (search->wanted && !search->wanted(search->context, found.inode)))
        return 0;
    found.fd = (int)syscall(SYS_pidfd_getfd, table->pidfd, number, 0);
    if (found.fd < 0)
        return errno == EBADF ? 0 : errno; /* not open any more */
    search->visit(search->context, &found);
    close(found.fd);
    return 0;
}

static int visit_listed(const struct table *table, const struct descriptors_search *search)
{
    uint64_t number;
    int again = dup(table->folder), error = 0;
    DIR *directory = again < 0 ? NULL : fdopendir(again);
    if (!directory)
        return errno;
    for (struct dirent *entry; error == 0 && (entry = readdir(directory));)
        if (span_number(span_of(entry->d_name), NUMBER_MAX, &number))
            error = visit_number(table, entry->d_name, (int)number, search);
    closedir(directory);
    return error;
}

/* All that is taken goes through the pidfd, so that a reused PID gets ESRCH. */
static int visit_table(const struct table *table, const struct descriptors_search *search)
{
    char name[NAME_SIZE];
    int size = process_table_size(table->pid), error = 0;
    if (size > TRIED_MAX)
        return visit_listed(table, search);
    for (int number = 0; error == 0 && number < size; number++) {
        struct text text = text_in(name, sizeof name);
        text_add_number(&text, number);
        error = visit_number(table, name, number, search);
    }
    return error;
}

static int visit_task(pid_t pid, unsigned flags, const struct descriptors_search *search)
{
    char path[64];
    struct table table = {.pid = pid, .pidfd = (int)syscall(SYS_pidfd_open, pid, flags)};
    if (table.pidfd < 0)
        return errno != EINVAL ? errno : flags ? EOPNOTSUPP : ESRCH; /* without flags: a thread, no process */
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    table.folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = table.folder >= 0 ? visit_table(&table, search)
                : errno == EACCES ? EPERM
                : errno == ENOENT ? ESRCH
                                  : errno;
    if (table.folder >= 0)
        close(table.folder);
    close(table.pidfd);
    return error;
}

/* Also true where the kernel does not compare. */
static bool same_table(pid_t one, pid_t other)
{
    return syscall(SYS_kcmp, one, other, KCMP_FILES, 0, 0) <= 0;
}

/* Threads whose table is neither the process's nor that of a thread already visited. */
static int visit_threads(pid_t pid, DIR *tasks, const struct descriptors_search *search)
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
        error = process_list_add(&owners, thread) ? visit_task(thread, PIDFD_THREAD, search) : ENOMEM;
        if (error == ESRCH) /* that thread ended */
            error = 0;
    }
    process_list_free(&owners);
    return error;
}

int descriptors_search(pid_t pid, const struct descriptors_search *search)
{
    char path[64];
    if (!search->anyway && network_class_differs(pid))
        return DESCRIPTORS_OTHER_CLASS;
    int error = visit_task(pid, 0, search);
    if (error && error != ESRCH) /* the first thread may have ended before the others */
        return error;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    if (!tasks)
        return errno == ENOENT ? ESRCH : errno;
    error = visit_threads(pid, tasks, search);
    closedir(tasks);
    return error;
}

int descriptors_each(pid_t pid, descriptors_visit *visit, void *context)
{
    return descriptors_search(pid, &(struct descriptors_search){.visit = visit, .context = context});
}

const char *descriptors_why(int result)
{
    return result == DESCRIPTORS_OTHER_CLASS ? "its sockets are in another net_cls or net_prio class and would move to "
                                               "this command's; --anyway does it"
                                             : strerror(result);
}
