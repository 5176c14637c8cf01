/* What a child does between fork and exec. child.c alone calls it. */
#ifndef TESTS_HARNESS_CHILD_ENTER_H
#define TESTS_HARNESS_CHILD_ENTER_H

#include "child.h"

/* What the plan's program finds in its environment; made before the fork, freed behind it. */
char **child_environment(const struct child_plan *plan);
void child_free_environment(char **all);

/*
 * Never returns. pipes: the child's stdin, stdout, stderr, and one that exec closes; test: the process it
 * must end with.
 */
_Noreturn void child_enter(const struct child_plan *plan, char **environment, const int pipes[4], pid_t test);

#endif
