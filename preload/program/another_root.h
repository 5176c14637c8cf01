/*
 * another_root: where a file is that a launcher's program sees in another root (chroot, unshare --root, bwrap).
 *
 * Used by launcher. It looks at names and enters nothing.
 */
#ifndef PRELOAD_PROGRAM_ANOTHER_ROOT_H
#define PRELOAD_PROGRAM_ANOTHER_ROOT_H

#include "preload/program/launcher_words.h"
#include <limits.h>

enum another_root {
    ROOT_SAME,    /* it stays in this one, or in which it is cannot be told */
    ROOT_LACKS,   /* another one, in which nothing is there */
    ROOT_OUTSIDE, /* another one, in which the file is what `outside` is here */
};

/* `words`: the launcher's; `inside`: an absolute path. */
enum another_root another_root_find(char *const *words, const struct launcher_walk *walk, const char *inside,
                                    char outside[PATH_MAX]);

#endif
