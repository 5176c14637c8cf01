/*
 * The host with the library in it, run until it is ready. What the tests of the log share.
 */
#ifndef TESTS_PRELOAD_LIBRARY_HOST_LOG_H
#define TESTS_PRELOAD_LIBRARY_HOST_LOG_H

#include "harness/child.h"

/* `more` are settings, one a line. */
struct child *host_log_run(const char *probe, const char *more);

/* In a mount namespace of its own, in which a shell first does `prepare`. NULL: not possible here. */
struct child *host_log_run_apart(const char *prepare, const char *probe, const char *log_file);

/* A cmocka group of such tests, each with a directory of its own. */
#define HOST_LOG_TEST(name) cmocka_unit_test_setup_teardown(name, case_directory_make, case_directory_remove)

#endif
