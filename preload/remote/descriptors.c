#include "preload/remote/descriptors.h"
#include "core/text.h"
#include "preload/pidfd.h"
#include "preload/remote/network_class.h"
#include "preload/remote/process.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAME_SIZE = 12, NOT_OPEN = -1 };

/* One descriptor table: /proc's folder of it, and what its descriptors are taken by. */
struct table {
    pid_t pid;
    int folder, pidfd;
};

/* Of a socket proc_pid_fd(5) says `socket:[INODE]`: what kind a descriptor is, without a look at the file behind it. */
static bool parse_socket(const char *link, size_t length, uint64_t *inode)
{
    static const char kind[] = "socket:[";
    struct span rest = {link + sizeof kind - 1, length - sizeof kind};
    return length > sizeof kind && memcmp(link, kind, sizeof kind - 1) == 0 && span_number(rest, UINT64_MAX, inode);
}

/* 0, NOT_OPEN or an errno. */
static int visit_number(const struct table *table, int number, const struct descriptors_search *search)
{
    char name[NAME_SIZE], link[64];
    struct text text = text_in(name, sizeof name);
    struct descriptors_found found = {.pid = table->pid, .number = number};
    text_add_number(&text, number);
    ssize_t length = readlinkat(table->folder, name, link, sizeof link);
    if (length < 0)
        return NOT_OPEN;
    if (!parse_socket(link, (size_t)length, &found.inode) ||
        (search->wanted && !search->wanted(search->context, found.inode)))
        return 0;
    found.fd = pidfd_take(table->pidfd, number);
    if (found.fd < 0)
        return errno == EBADF ? NOT_OPEN : errno;
    search->visit(search->context, &found);
    close(found.fd);
    return 0;
}

/*
 * The lowest open number from here on, -1 when there is none or its process has gone. /proc lists numbers in order,
 * each two places behind its value, and passes over a gap much faster than a look at each number would (fs/proc/fd.c).
 */
static int next_open(const struct table *table, int from)
{
    enum { NAME_AT = 19, PLACES_BEFORE = 2 }; /* struct linux_dirent64 of getdents(2); `.` and `..` */
    _Alignas(8) char entry[48];
    uint64_t number;
    if (lseek(table->folder, from + PLACES_BEFORE, SEEK_SET) < 0 ||
        syscall(SYS_getdents64, table->folder, entry, sizeof entry) <= NAME_AT)
        return -1;
    return span_number(span_of(entry + NAME_AT), INT_MAX, &number) ? (int)number : -1;
}

/*
 * All that is taken goes through the pidfd, so that a reused PID gets ESRCH. A number that is listed costs more
 * than its link.
 */
static int visit_table(const struct table *table, const struct descriptors_search *search)
{
    int number = next_open(table, 0), error = 0;
    while (number >= 0 && (error == 0 || error == NOT_OPEN)) {
        error = visit_number(table, number, search);
        number = error == NOT_OPEN ? next_open(table, number + 1) : number + 1;
    }
    return error == NOT_OPEN ? 0 : error;
}

bool descriptors_meant(pid_t pid, const struct descriptors_search *search)
{
    bool meant = !search->born || process_born(pid) == search->born;
    for (size_t i = 0; meant && i < sizeof search->programs / sizeof *search->programs; i++)
        meant = !search->programs[i] || process_admitted(pid, search->programs[i]);
    return meant;
}

static int open_and_visit(struct table *table, const struct descriptors_search *search)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)table->pid);
    table->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (table->folder < 0)
        return errno == EACCES ? EPERM : errno == ENOENT ? ESRCH : errno;
    int error = visit_table(table, search);
    close(table->folder);
    return error;
}

/* A process's own table, or that of one of its threads. What was looked at may have ended before this pidfd was. */
static int visit_task(pid_t process, pid_t task, const struct descriptors_search *search)
{
    unsigned flags = task == process ? 0 : PIDFD_THREAD;
    struct table table = {.pid = task, .pidfd = pidfd_of(task, flags)};
    if (table.pidfd < 0)
        return errno != EINVAL ? errno : flags ? EOPNOTSUPP : ESRCH; /* without flags: a thread, no process */
    int error = descriptors_meant(process, search) ? open_and_visit(&table, search) : DESCRIPTORS_NOT_MEANT;
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
        error = process_list_add(&owners, thread) ? visit_task(pid, thread, search) : ENOMEM;
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
    int error = visit_task(pid, pid, search);
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

int descriptors_none(pid_t pid)
{
    return process_is_over(pid) ? DESCRIPTORS_OVER : process_is_kernel(pid) ? DESCRIPTORS_KERNEL : 0;
}

const char *descriptors_why(int result)
{
    static const char *const own[] = {
        [-DESCRIPTORS_OTHER_CLASS] =
            "its sockets are in another net_cls or net_prio class and would move to this command's; "
            "--anyway does it",
        [-DESCRIPTORS_OVER] = "has ended, and only waits for its parent to ask how",
        [-DESCRIPTORS_KERNEL] = "a thread of the kernel's, which has no descriptors",
    };
    return result < 0 ? own[-result] : strerror(result);
}
