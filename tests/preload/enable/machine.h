/*
 * A machine that systemd runs: a Debian in a container, from the root that tests/setup/service_root.sh made, which
 * stays as it is. What is written to /etc/systemd/system stays from one start to the next.
 */
#ifndef TESTS_PRELOAD_ENABLE_MACHINE_H
#define TESTS_PRELOAD_ENABLE_MACHINE_H

#include <stdbool.h>

/* cmocka's functions for the group of tests: it runs in between. */
int machine_begin(void **state);
int machine_end(void **state);

/* Skips the case where no such machine is to be had. */
void machine_need(void);

/* Off, and on again. */
void machine_restart(void);

/* What a shell there prints, stderr too, valid until the next call; its exit status in *status unless that is NULL. */
const char *machine_run(const char *script, int *status);

/* The same, which must succeed. */
const char *machine_do(const char *script);

/*
 * Does every TCP socket of the unit's main process, and at least one, hold this (`keepalive=1 idle=175 interval=35`)?
 */
bool machine_holds(const char *unit, const char *values);

#endif
