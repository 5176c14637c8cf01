/*
 * statx: what kind of file a descriptor is, asked of the kernel.
 *
 * The kernel's own layout (statx(2), Linux 4.11), because the C libraries do not agree: musl has had none for long,
 * glibc from 2.28 on. Where that call is missing or forbidden, the older one tells the same but for a file's birth.
 */
#ifndef PRELOAD_STATX_H
#define PRELOAD_STATX_H

#include "preload/raw.h"
#include <stdint.h>

enum { FILE_TYPE = 0x1, FILE_INODE = 0x100, FILE_SIZE = 0x200, FILE_BORN = 0x800 };

struct file_time {
    int64_t seconds;
    uint32_t nanoseconds, unused;
};

struct file {
    uint32_t known, block_size;
    uint64_t attributes;
    uint32_t links, user, group;
    uint16_t mode, unused;
    uint64_t inode, size, blocks, attributes_known;
    struct file_time read, born, changed, written;
    uint32_t device_major, device_minor; /* of the device that it is */
    uint32_t major, minor;               /* of the device that it is on */
    uint64_t later[14];
};

/* `wanted`: FILE_... bits; `flags`: AT_... 0, or an error below 0. What is not told is 0. */
long file_look(int folder, const char *path, int flags, unsigned wanted, struct file *file);

#endif
