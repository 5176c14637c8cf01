/*
 * script: a check that is a script of its own, as one case of a test program. What it says is shown when it fails.
 */
#ifndef TESTS_HARNESS_SCRIPT_H
#define TESTS_HARNESS_SCRIPT_H

/*
 * Runs it, for `deadline_ms` at most. Exit status 0: the case passes; 77: it is skipped, for the reason that the script
 * said; any other fails the case.
 */
void script_holds(const char *const *argv, int deadline_ms);

#endif
