#include "preload/remote/process.h"
#include "core/filter.h"
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PF_KTHREAD = 0x00200000 }; /* include/linux/sched.h, in the flags of proc_pid_stat(5) */

struct status {
    unsigned long long born;
    char state;
    pid_t parent;
    unsigned flags;
    int threads;
};

bool process_list_has(const struct process_list *list, pid_t pid)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->pid[i] == pid)
            return true;
    return false;
}

static bool make_room(struct process_list *list)
{
    size_t room = list->room ? 2 * list->room : 64;
    pid_t *more = realloc(list->pid, room * sizeof *more);
    if (!more)
        return false;
    list->pid = more;
    uint64_t *births = realloc(list->born, room * sizeof *births);
    if (!births)
        return false;
    list->born = births;
    list->room = room;
    return true;
}

static bool append(struct process_list *list, pid_t pid)
{
    if (list->count == list->room && !make_room(list))
        return false;
    list->born[list->count] = 0;
    list->pid[list->count++] = pid;
    return true;
}

bool process_list_add(struct process_list *list, pid_t pid)
{
    return process_list_has(list, pid) || append(list, pid);
}

void process_list_free(struct process_list *list)
{
    free(list->pid);
    free(list->born);
    *list = (struct process_list){0};
}

bool process_parse(const char *text, pid_t *pid)
{
    uint64_t number;
    if (!span_number(span_of(text), INT32_MAX, &number) || number == 0)
        return false;
    *pid = (pid_t)number;
    return true;
}

bool process_list_all(struct process_list *list)
{
    DIR *directory = opendir("/proc");
    if (!directory)
        return false;
    bool kept = true;
    pid_t pid, own = getpid();
    for (struct dirent *entry; kept && (entry = readdir(directory));)
        if (process_parse(entry->d_name, &pid) && pid != own)
            kept = append(list, pid);
    closedir(directory);
    return kept;
}

/* A file of /proc/PID that is short and always whole. */
static size_t read_file(pid_t pid, const char *name, char *into, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, into, size - 1);
    if (fd >= 0)
        close(fd);
    into[length > 0 ? length : 0] = '\0';
    return length > 0 ? (size_t)length : 0;
}

/* The name in parentheses may hold anything, so that what follows is counted from the last one. */
static bool read_status(pid_t pid, struct status *status)
{
    char text[512];
    read_file(pid, "stat", text, sizeof text);
    const char *rest = strrchr(text, ')');
    return rest && sscanf(rest, ") %c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %d %*u %llu",
                          &status->state, &status->parent, &status->flags, &status->threads, &status->born) == 5;
}

/* One that only waits to be reaped is gone for us; not so one whose first thread alone has ended. */
static bool is_over(const struct status *status)
{
    return status->state == 'Z' && status->threads <= 1;
}

bool process_exists(pid_t pid)
{
    return process_born(pid) != 0;
}

uint64_t process_born(pid_t pid)
{
    struct status status;
    return read_status(pid, &status) && !is_over(&status) ? status.born + 1 : 0; /* the first one's may be 0 */
}

bool process_is_over(pid_t pid)
{
    struct status status;
    return read_status(pid, &status) && is_over(&status);
}

void process_list_note(struct process_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (!list->born[i])
            list->born[i] = process_born(list->pid[i]);
}

void process_list_keep_living(struct process_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!list->born[i] || process_born(list->pid[i]) != list->born[i])
            continue;
        list->pid[kept] = list->pid[i];
        list->born[kept++] = list->born[i];
    }
    list->count = kept;
}

bool process_is_kernel(pid_t pid)
{
    struct status status;
    return read_status(pid, &status) && status.flags & PF_KTHREAD;
}

bool process_list_descendants(struct process_list *list)
{
    struct process_list all = {0};
    bool kept = process_list_all(&all);
    pid_t *parent = kept && all.count ? calloc(all.count, sizeof *parent) : NULL;
    kept = kept && parent;
    for (size_t i = 0; kept && i < all.count; i++) {
        struct status status;
        parent[i] = read_status(all.pid[i], &status) ? status.parent : 0;
    }
    for (size_t known = 0; kept && known < list->count; known++)
        for (size_t i = 0; kept && i < all.count; i++)
            if (parent[i] == list->pid[known])
                kept = process_list_add(list, all.pid[i]);
    free(parent);
    process_list_free(&all);
    return kept;
}

void process_name(pid_t pid, char name[PROCESS_NAME_SIZE])
{
    char text[PROCESS_NAME_SIZE + 1];
    size_t length = read_file(pid, "comm", text, sizeof text);
    if (length && text[length - 1] == '\n')
        text[--length] = '\0';
    snprintf(name, PROCESS_NAME_SIZE, "%.*s", PROCESS_NAME_SIZE - 1, length ? text : "?");
}

/* A number of proc_pid_status(5), which is longer than what is read here; or `otherwise`. */
static int status_number(pid_t pid, const char *name, int otherwise)
{
    char text[1024];
    int number;
    read_file(pid, "status", text, sizeof text);
    const char *line = strstr(text, name);
    return line && sscanf(line + strlen(name), "%d", &number) == 1 ? number : otherwise;
}

pid_t process_leader(pid_t thread)
{
    return status_number(thread, "\nTgid:", thread);
}

bool process_admitted(pid_t pid, const char *programs)
{
    char name[PROCESS_NAME_SIZE], link[64], file[PATH_MAX];
    process_name(pid, name);
    snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
    ssize_t length = readlink(link, file, sizeof file - 1);
    file[length > 0 ? length : 0] = '\0';
    const char *base = strrchr(file, '/');
    return filter_admits(span_of(programs), name, base ? base + 1 : file);
}
