/*
 * syscalls: the hooked calls when a program makes them through the C library's syscall().
 *
 * The program's call goes through the next definition of syscall with its own number, never through the
 * function of that name: who calls syscall gets no cancellation point and no other interposer that he did not ask for.
 */
#ifndef PRELOAD_LIBRARY_SYSCALLS_H
#define PRELOAD_LIBRARY_SYSCALLS_H

#include <stdbool.h>

/* Is it one of the calls that the hooks see? */
bool syscalls_concern(long number);

/* Takes the place of syscall() for those, and keeps its promise: -1 and errno on failure. */
long syscalls_make(long number, long a, long b, long c, long d, long e, long f);

#endif
