#include "preload/supervise/memory.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* proc_pid_pagemap(5) */
#define PAGE_IS_PRESENT (1ull << 63)

/* A program with more mappings and mounts than that is not waited for either. */
enum { LINES_MAX = 1000 };

static struct shared *shared;
static bool missed;
static struct {
    pid_t thread;
    int fd;
} map; /* of the thread that was read last: mostly also the one that is next */

void supervise_memory_begin(struct shared *where)
{
    shared = where;
    map.thread = 0;
}

bool supervise_memory_missed(void)
{
    bool was = missed;
    missed = false;
    return was;
}

static bool open_map(pid_t thread)
{
    char path[64];
    if (map.thread)
        close(map.fd);
    snprintf(path, sizeof path, "/proc/%d/pagemap", (int)thread);
    map.fd = open(path, O_RDONLY | O_CLOEXEC);
    map.thread = map.fd < 0 ? 0 : thread;
    return map.fd >= 0;
}

static bool read_map(pid_t thread, uint64_t page, uint64_t *entries, size_t count)
{
    ssize_t wanted = (ssize_t)(count * sizeof *entries);
    off_t at = (off_t)(page * sizeof *entries);
    if (map.thread == thread && pread(map.fd, entries, (size_t)wanted, at) == wanted)
        return true;
    /* Another thread, or another program by now. */
    return open_map(thread) && pread(map.fd, entries, (size_t)wanted, at) == wanted;
}

/* Are the pages there? Where the kernel does not tell, the guardian's patience is what is left. */
static bool is_present(pid_t thread, uint64_t address, size_t size)
{
    static uint64_t page_size;
    uint64_t entries[8];
    if (!page_size)
        page_size = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t first = address / page_size, count = (address + size - 1) / page_size - first + 1;
    if (address + size < address || count > sizeof entries / sizeof *entries)
        return false;
    if (!read_map(thread, first, entries, count))
        return errno == ENOENT && access("/proc/self/pagemap", R_OK) != 0;
    for (uint64_t i = 0; i < count; i++)
        if (!(entries[i] & PAGE_IS_PRESENT))
            return false;
    return true;
}

/* By its device's number: is it a file system whose files are on this machine's disks, or lie over such ones? */
static bool is_on_disk(pid_t thread, unsigned major, unsigned minor)
{
    static const char *const without_device[] = {" - overlay ", " - btrfs ", " - zfs "};
    char path[64], line[2 * PATH_MAX];
    unsigned of_mount[2];
    bool found = major != 0;
    snprintf(path, sizeof path, "/proc/%d/mountinfo", (int)thread);
    FILE *mounts = found ? NULL : fopen(path, "re");
    for (int i = 0; mounts && !found && i < LINES_MAX && fgets(line, sizeof line, mounts); i++)
        if (sscanf(line, "%*u %*u %u:%u", &of_mount[0], &of_mount[1]) == 2 && of_mount[0] == major &&
            of_mount[1] == minor)
            for (size_t at = 0; at < sizeof without_device / sizeof *without_device; at++)
                found = found || strstr(line, without_device[at]);
    if (mounts)
        fclose(mounts);
    return found;
}

/* Constants, mostly: what nobody has touched yet since the program began, or since it forked. */
static bool is_of_file(pid_t thread, uint64_t address, size_t size)
{
    char path[64], line[PATH_MAX + 128];
    uint64_t start, end = 0, inode = 0;
    unsigned major = 0, minor = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)thread);
    FILE *maps = fopen(path, "re");
    for (int i = 0; maps && end <= address && i < LINES_MAX && fgets(line, sizeof line, maps); i++)
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*x %x:%x %" SCNu64, &start, &end, &major, &minor, &inode) != 5 ||
            address < start || address + size > end)
            inode = 0;
    if (maps)
        fclose(maps);
    return inode && is_on_disk(thread, major, minor);
}

bool supervise_memory(pid_t thread, uint64_t address, void *into, size_t size)
{
    struct iovec here = {into, size}, there = {(void *)(uintptr_t)address, size};
    missed = size != 0;
    if (!size || shared->memory_stalls || (!is_present(thread, address, size) && !is_of_file(thread, address, size)))
        return false;
    __atomic_store_n(&shared->reads_memory, true, __ATOMIC_RELAXED);
    missed = process_vm_readv(thread, &here, 1, &there, 1, 0) != (ssize_t)size;
    __atomic_store_n(&shared->reads_memory, false, __ATOMIC_RELAXED);
    return !missed;
}
