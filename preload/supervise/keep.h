/*
 * keep: the supervisor's first process, which stands by: it does nothing but hold what the other two need.
 *
 * Run by supervise. Without a process that holds the listener the program's calls fail for good (ENOSYS), and the
 * two that pair starts can be killed in the same instant, by one command that names them. This one has another name
 * and another session, and starts them again. It is also the parent of all that serve: where Yama lets a program
 * name who may look into it (prctl(2), PR_SET_PTRACER), the program names this one, and whatever takes over below it
 * may look, too.
 */
#ifndef PRELOAD_SUPERVISE_KEEP_H
#define PRELOAD_SUPERVISE_KEEP_H

#include "preload/supervise/serve.h"

/* A process whose end nobody is told of: no SIGCHLD, no child of wait(2)'s. As fork(2). */
pid_t supervise_fork_silently(void);

/* After supervise_serve_begin(). Returns in each of the processes with the last process of the program's tree. */
void supervise_keep(const struct supervise_job *job, int listener, struct shared *shared);

#endif
