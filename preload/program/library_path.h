/*
 * library_path: where libtcpalive.so is, and how LD_PRELOAD names it.
 *
 * It looks beside the command first, as in a build tree, then where an installation has it relative to the command, so
 * that one that was moved as a whole still works, then in the LIBDIR that it was built for.
 */
#ifndef PRELOAD_PROGRAM_LIBRARY_PATH_H
#define PRELOAD_PROGRAM_LIBRARY_PATH_H

#include "core/text.h"
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Finds the library for a program of the machine that `triplet` names (`i386-linux-gnu`), or of the command's own when
 * it is NULL. False when there is none.
 */
bool library_path_find(const char *triplet, char path[PATH_MAX]);

/* Where library_path_find() looks, as an error says it. */
void library_path_looked(const char *triplet, struct text *places);

/* The loader splits LD_PRELOAD at these (ld.so(8)): a path that has one would silently be ignored. */
bool library_path_is_split(const char *path);

/*
 * Writes `library` in front of what LD_PRELOAD had (NULL: nothing), leaving out every other mention of a
 * libtcpalive.so. False when `size` is too small.
 */
bool library_path_prepend(const char *library, const char *preload, char *value, size_t size);

#endif
