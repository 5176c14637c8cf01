/*
 * library_path: where libtcpalive.so is, and how LD_PRELOAD names it.
 *
 * Used by run. It looks beside the command first, as in a build tree, then where `make install` puts the library.
 */
#ifndef PRELOAD_PROGRAM_LIBRARY_PATH_H
#define PRELOAD_PROGRAM_LIBRARY_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Finds the library for a program of the machine that `triplet` names (`i386-linux-gnu`), or of the command's own when it
 * is NULL. False, with errno of the last place, when there is none.
 */
bool library_path_find(const char *triplet, char path[PATH_MAX]);

/* The loader splits LD_PRELOAD at these (ld.so(8)): a path that has one would silently be ignored. */
bool library_path_is_split(const char *path);

/*
 * Writes `library` in front of what LD_PRELOAD had (NULL: nothing), leaving out every other mention of a libtcpalive.so.
 * False when `size` is too small.
 */
bool library_path_prepend(const char *library, const char *preload, char *value, size_t size);

#endif
