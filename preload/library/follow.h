/*
 * follow: TCPALIVE_FOLLOW, children that the program starts with a cleaned environment.
 *
 * Used by start, which has what was given remembered, and by the hooks of exec and posix_spawn. It allocates nothing, changes
 * nothing after the start, and so works between vfork and exec.
 */
#ifndef PRELOAD_LIBRARY_FOLLOW_H
#define PRELOAD_LIBRARY_FOLLOW_H

#include "core/policy.h"

/* Copies the settings that came from the environment and our entry in LD_PRELOAD; `variable` as in struct policy_source. */
void follow_remember(const struct policy *policy, const char *(*variable)(void *context, const char *name));

/* Bytes of room that follow_fill() needs; 0: nothing is missing from the environment, or it is not our business. */
size_t follow_size(char *const *environment);

/* The environment with what is missing, in `room`. A variable that the program has set itself stands. */
char **follow_fill(char *const *environment, void *room);

/* What tail puts in the place of those that take a list. */
int follow_execl(const char *path, const char *argument, ...);
int follow_execle(const char *path, const char *argument, ...);
int follow_execlp(const char *file, const char *argument, ...);

#endif
