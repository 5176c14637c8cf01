/*
 * A directory of one cmocka case. The two functions are its setup and its teardown; the second also ends the case's
 * children, which may stand in that directory.
 */
#ifndef TESTS_HARNESS_CASE_DIRECTORY_H
#define TESTS_HARNESS_CASE_DIRECTORY_H

int case_directory_make(void **state);
int case_directory_remove(void **state);

/* Its path, as of scene_directory(). */
const char *case_directory(void);

/* A path in it. Valid for a few further calls. */
const char *case_path(const char *name);

#endif
