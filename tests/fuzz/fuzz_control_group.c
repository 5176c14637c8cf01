/*
 * What /proc says of mounts, control groups and listeners, where somebody else chose the names: a path that ends, a
 * group or none.
 */
#include "fuzz.h"
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>

static FILE *fuzz_open(const char *path, const char *mode);
static FILE *fuzz_mounts(const char *path, const char *mode);

#define fopen     fuzz_open
#define setmntent fuzz_mounts
#include "preload/cgroup/group.c"         // NOLINT(bugprone-suspicious-include): its functions are its own
#include "preload/remote/direction.c"     // NOLINT(bugprone-suspicious-include): its functions are its own
#include "preload/remote/network_class.c" // NOLINT(bugprone-suspicious-include): its functions are its own
#undef fopen
#undef setmntent

static struct span file;

static FILE *fuzz_open(const char *path, const char *mode)
{
    (void)path, (void)mode;
    return file.length ? fmemopen((void *)(uintptr_t)file.at, file.length, "r") : NULL;
}

static FILE *fuzz_mounts(const char *path, const char *mode)
{
    return fuzz_open(path, mode);
}

static bool ends(const char *path)
{
    return memchr(path, '\0', PATH_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[PATH_MAX], map[MAP_SIZE];
    static struct listened_ports ports;
    char *escaped = strndup((const char *)data, size);
    PROPERTY(escaped);
    decode(escaped);
    PROPERTY(strlen(escaped) <= size);
    free(escaped);
    file = (struct span){(const char *)data, size};
    PROPERTY(!group_mount(path) || ends(path));
    PROPERTY(group_of_process(1, path) || ends(path));
    PROPERTY(group_of_caller(path) || ends(path));
    PROPERTY(!find_group("1", "net_cls", path) || ends(path));
    PROPERTY(!read_class(0, "/a", map) || memchr(map, '\0', sizeof map));
    direction_begin(&ports, 1);
    is_listened(&ports, (uint16_t)size);
    return 0;
}
