/*
 * start: one client program: standard input that stays open, output in a file without a name, and its end.
 *
 * Used by clients. The program stands under the policy by this command's own `run`, so that it is reached as `run`
 * reaches it; in a session of its own, so that a terminal's Ctrl-C is ours.
 */
#ifndef PRELOAD_MEASURE_START_H
#define PRELOAD_MEASURE_START_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct started {
    pid_t pid;
    int input, output; /* its standard input's other end; the file that its output goes to */
};

/* `program` is ended by NULL; probed after `idle_ms`, whole seconds. 0 or an errno. */
int start_program(struct started *started, char **program, int32_t idle_ms);

/*
 * Ends them by their own signal handling, SIGTERM, and what does not listen to that after 3 s by
 * SIGKILL. Reaps, closes.
 */
void start_end(const struct started *started, size_t count);

#endif
