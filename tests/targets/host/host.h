/*
 * host: an ordinary program, like the probe, that does what is hard on a library inside it: threads that are cancelled,
 * children of every kind, descriptors closed or replaced, plugins, limits, filters, system calls by number.
 */
#ifndef TESTS_TARGETS_HOST_HOST_H
#define TESTS_TARGETS_HOST_HOST_H

#include "../probe/probe.h"

/* The path it was started by: where it starts itself again, /proc may be missing. */
extern const char *host_self;

/* A listener, a connection to it and its accepted end, each shown. */
void host_shows_all(void);

/* Ends stdout's line with what went wrong, and the program with 1: the system cannot do it. */
void host_unavailable(const char *what) __attribute__((noreturn));

/* Waits for ever, as a program that has work left; `ready` was said. */
void host_waits(void) __attribute__((noreturn));

/* The sub-commands: arguments after their name, NULL-terminated. */
void host_cancel(char **arguments);
void host_interrupt(char **arguments);
void host_threads(char **arguments);
void host_fork_in_threads(char **arguments);
void host_set_in_threads(char **arguments);
void host_first_in_threads(char **arguments);
void host_first_among_signals(char **arguments);
void host_child(char **arguments);
void host_clean(char **arguments);
void host_closes_all(char **arguments);
void host_data_files(char **arguments);
void host_chroot(char **arguments);
void host_unshare(char **arguments);
void host_no_files(char **arguments);
void host_limited(char **arguments);
void host_filtered(char **arguments);
void host_plugin(char **arguments);
void host_dlclose(char **arguments);
void host_raw(char **arguments);
void host_raw_receive(char **arguments);
void host_raw_second_return(char **arguments);
void host_interposed(char **arguments);
void host_pointers(char **arguments);
void host_environments(char **arguments);
void host_writes(char **arguments);
void host_becomes(char **arguments);
void host_sandboxed(char **arguments);
void host_sandboxed_but_one(char **arguments);
void host_sandboxed_child(char **arguments);
void host_lightly_sandboxed(char **arguments);

#endif
