#include "preload/program/library_path.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char name[] = "libtcpalive.so";

bool library_path_find(const char *triplet, char path[PATH_MAX])
{
    char own[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    if (length < 0)
        return false;
    own[length] = '\0';
    *strrchr(own, '/') = '\0';
    const char *const places[] = {triplet ? "%s/%s/libtcpalive.so" : "%s/libtcpalive.so",
                                  triplet ? "%s/../lib/%s/tcpalive/libtcpalive.so"
                                          : "%s/../lib/tcpalive/libtcpalive.so"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char candidate[2 * PATH_MAX];
        snprintf(candidate, sizeof candidate, places[i], own, triplet);
        if (realpath(candidate, path))
            return true;
    }
    return false;
}

bool library_path_is_split(const char *path)
{
    return strpbrk(path, " \t\n:") != NULL;
}

static bool is_ours(const char *entry, size_t length)
{
    const size_t own = sizeof name - 1;
    return length >= own && memcmp(entry + length - own, name, own) == 0 &&
           (length == own || entry[length - own - 1] == '/');
}

bool library_path_prepend(const char *library, const char *preload, char *value, size_t size)
{
    size_t used = (size_t)snprintf(value, size, "%s", library);
    for (const char *entry = preload ? preload : ""; *entry;) {
        size_t length = strcspn(entry, " :");
        if (length && !is_ours(entry, length) && used < size)
            used += (size_t)snprintf(value + used, size - used, ":%.*s", (int)length, entry);
        entry += length;
        entry += *entry != '\0';
    }
    return used < size;
}
