/*
 * What the tests of core share: room for texts, and a policy read from an environment and flags written out in the
 * test. Used by tests/unit only; built with the same sanitizers as core.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include "core/policy_read.h"
#include "harness/cmocka_all.h"

/* A text of up to 4095 bytes in one of a few static buffers: valid for a handful of further calls. */
struct text scratch(void);

struct reading {
    struct policy policy;
    unsigned count;        /* what policy_read() returned */
    char complaints[8192]; /* all its lines, one after the other */
    unsigned asked;        /* how many variables it looked for */
};

/*
 * Reads a policy from `given`, NULL-terminated: `TCPALIVE_IDLE=5s` is a variable, `--idle=5s` a flag. The result is
 * static, overwritten by the next call.
 */
const struct reading *read_policy(int32_t grain, const char *const given[]);

enum { LINUX_GRAIN = 1000, WINDOWS_GRAIN = 1 };

#define READ(...) read_policy(LINUX_GRAIN, (const char *const[]){__VA_ARGS__, NULL})

/* As a network namespace that nobody has changed gives it: tcp(7). */
extern const struct socket_values untouched;

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#endif
