#include "preload/program/library_path.h"
#include "core/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* The folder of this machine's libraries where a system keeps several machines' beside each other. */
#if defined(__x86_64__)
#define NATIVE "x86_64-linux-gnu"
#elif defined(__i386__)
#define NATIVE "i386-linux-gnu"
#else
#define NATIVE "aarch64-linux-gnu"
#endif

static const char name[] = "libtcpalive.so";

/* Folders, in the order in which they are tried: of a build tree, of an installation that was moved, of this one. */
static const char *const places[] = {"", "/../lib/tcpalive", "/../lib/" NATIVE "/tcpalive", "/../lib64/tcpalive"};
static const char *const foreign_places[] = {"/%s", "/../lib/%s/tcpalive"};
enum { PLACES = sizeof places / sizeof *places, FOREIGN_PLACES = sizeof foreign_places / sizeof *foreign_places };

/* Where /proc is not mounted, by the name that the command was started under. */
static bool own_folder(char folder[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", folder, PATH_MAX - 1);
    const char *started = (const char *)getauxval(AT_EXECFN);
    if (length < 0 && (!started || !realpath(started, folder)))
        return false;
    if (length >= 0)
        folder[length] = '\0';
    *strrchr(folder, '/') = '\0';
    return true;
}

/*
 * Place `i` as a folder; false behind the last one. One relative to the command is left empty where that is not known.
 */
static bool place(size_t i, const char *triplet, char folder[2 * PATH_MAX])
{
    char own[PATH_MAX], inside[256];
    size_t relative = triplet ? FOREIGN_PLACES : PLACES;
    folder[0] = '\0';
    if (i == relative && !triplet)
        snprintf(folder, 2 * (size_t)PATH_MAX, "%s", TCPALIVE_LIBDIR);
    else if (i < relative && own_folder(own)) {
        snprintf(inside, sizeof inside, triplet ? foreign_places[i] : places[i], triplet);
        snprintf(folder, 2 * (size_t)PATH_MAX, "%s%s", own, inside);
    }
    return i < relative + (triplet == NULL);
}

bool library_path_find(const char *triplet, char path[PATH_MAX])
{
    char folder[2 * PATH_MAX], candidate[3 * PATH_MAX];
    for (size_t i = 0; place(i, triplet, folder); i++) {
        snprintf(candidate, sizeof candidate, "%s/%s", folder, name);
        if (folder[0] && realpath(candidate, path))
            return true;
    }
    return false;
}

void library_path_looked(const char *triplet, struct text *places_looked)
{
    char folder[2 * PATH_MAX];
    text_add(places_looked, "not found in ");
    for (size_t i = 0, said = 0; place(i, triplet, folder); i++)
        if (folder[0]) {
            text_add(places_looked, said++ ? ", " : "");
            text_add(places_looked, folder);
        }
    if (access("/proc/self", F_OK) != 0)
        text_add(places_looked, "; /proc is not mounted");
}

bool library_path_is_split(const char *path)
{
    return strpbrk(path, " \t\n:");
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
