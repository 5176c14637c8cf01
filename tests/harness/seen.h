/*
 * What was seen working, for the table in README: each call prints one line
 *     seen: Debian 12 | glibc 2.36 | x86_64 | preload | nginx 1.22.1 (note)
 * of system, C library, machine, the way tcpalive reached the program, and the program. Tests call it once all that
 * they assert of a held program holds; tests/run gathers the lines. It asserts nothing about connections itself.
 */
#ifndef TESTS_HARNESS_SEEN_H
#define TESTS_HARNESS_SEEN_H

#include <sys/types.h>

/* A running program. way: preload, supervise, attach or cgroup. note: what sets it apart; NULL: nothing. */
void seen(pid_t pid, const char *way, const char *note);

/* A program by its file: a path, or a name that PATH knows. root: where its C library is; NULL: here. */
void seen_file(const char *file, const char *root, const char *way, const char *note);

#endif
