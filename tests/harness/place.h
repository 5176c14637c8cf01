/*
 * Programs where every user may run them: the build may lie in a directory that only its owner enters. Tests
 * of the command call it. It copies out of the build directory and never writes to it.
 */
#ifndef TESTS_HARNESS_PLACE_H
#define TESTS_HARNESS_PLACE_H

enum { PLACE_NOBODY = 65534 };

/*
 * The copy of a file of the build directory ("tcpalive", "tests/direct/static") or of any absolute path, under its own
 * name in one directory for the whole test program; NULL when there is no such file. Valid for good.
 */
const char *place_file(const char *file);

/* A path in that directory. Valid for a handful of further calls. */
const char *place_path(const char *name);

/* A cmocka group teardown: removes the directory. */
int place_remove(void **state);

#endif
