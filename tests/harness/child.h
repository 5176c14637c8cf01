/*
 * Child programs of a test: started with a small known environment, watched with deadlines, and always gone
 * afterwards. Tests call it; a mistake of the test itself (no such program, out of descriptors) fails the
 * running cmocka case. It never waits without a bound and ends nothing that it did not start.
 */
#ifndef TESTS_HARNESS_CHILD_H
#define TESTS_HARNESS_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/* Longest wait for anything that normally takes an instant; generous, for machines that are busy. */
enum { CHILD_DEADLINE_MS = 30000 };

/* A descriptor of the test that the child gets under another number. */
struct child_descriptor {
    int own, number;
};

struct child_plan {
    const char *const *argv;                    /* NULL-terminated; argv[0] is looked up in PATH */
    const char *const *environment;             /* "NAME=value" added to PATH, HOME, TMPDIR and LC_ALL=C; NULL: none */
    const char *preload;                        /* value for LD_PRELOAD; NULL: none */
    const char *root;                           /* chroot(2) there first; NULL: no */
    int root_proc;                              /* 1: mount a /proc in that root, which goes with the child */
    uid_t uid;                                  /* become this user and group; 0: stay */
    const struct child_descriptor *descriptors; /* handed over before exec, ended by {-1, -1}; NULL: none */
    int keep_stderr;                            /* 1: the test's own stderr instead of a pipe */
};

struct child;

struct child *child_start(const struct child_plan *plan);
pid_t child_pid(const struct child *child);

/* Writes text to its stdin; close ends that stdin. */
void child_say(struct child *child, const char *text);
void child_close_stdin(struct child *child);

/* Next line of its stdout, without the newline, valid until the next call; NULL at its end or the deadline. */
const char *child_line(struct child *child, int deadline_ms);
/* Reads lines until one contains text. 0, or -1 when stdout ended or the deadline came first. */
int child_line_with(struct child *child, const char *text, int deadline_ms);
/* The same on what it wrote to stderr. */
int child_error_with(struct child *child, const char *text, int deadline_ms);

/* All that it wrote so far (after child_wait: all that it ever wrote), NUL-terminated. */
const char *child_output(struct child *child);
const char *child_errors(struct child *child);

/* Waits for its end while reading both pipes. Exit status as a shell counts it (128 + signal), -1 at the deadline. */
int child_wait(struct child *child, int deadline_ms);

/* Waits until it or a descendant listens on a TCP port: that port, or -1. port 0: any. */
int child_listens(struct child *child, int port, int deadline_ms);

void child_signal(struct child *child, int number);
/* Kills its whole process group, reaps, frees. child_stop_all is meant as a cmocka teardown: returns 0. */
void child_stop(struct child *child);
int child_stop_all(void **state);

/* Runs to the end: exit status as above; up to room - 1 bytes of stdout in output, when not NULL. */
int child_run(const struct child_plan *plan, char *output, size_t room);

#endif
