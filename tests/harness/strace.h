/*
 * What a program does in the kernel, counted by strace(1). Tests of what the library costs call it. It
 * judges no number.
 */
#ifndef TESTS_HARNESS_STRACE_H
#define TESTS_HARNESS_STRACE_H

/*
 * System calls of a whole run of argv and what it starts, which must end with 0 and say nothing on stderr. preload: for
 * the program alone; environment: as in struct child_plan; both may be NULL.
 */
long strace_count(const char *const *argv, const char *preload, const char *const *environment);

#endif
