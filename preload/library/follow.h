/*
 * follow: what becomes of the environment that the program gives to its children: TCPALIVE_FOLLOW, and filters that the
 * library would not outlive there.
 *
 * Used by start, which has what was given remembered, by sandbox, and by the hooks of exec, posix_spawn, system and
 * popen. It allocates nothing, changes nothing after the start, and so works between vfork and exec.
 */
#ifndef PRELOAD_LIBRARY_FOLLOW_H
#define PRELOAD_LIBRARY_FOLLOW_H

#include "core/policy.h"

/* Of what is remembered: the settings that came from the environment, and our entry in LD_PRELOAD. */
enum { FOLLOW_VARIABLES = SETTING_COUNT + 1 };

/* FOLLOW=on: copies them. `preload` is the program's LD_PRELOAD, or NULL. */
void follow_remember(const struct policy *policy, const char *preload);

/* FOLLOW=never: takes them out of the program's own environment, so that no child finds them. */
void follow_never(char **environment);

/*
 * From now on children are started without the library, which would be their end under a filter that they inherit, or
 * no longer so.
 */
void follow_without_us(bool without);
bool follow_is_without_us(void);

/* Bytes of room that follow_fill() needs; 0: the environment goes on as it is. */
size_t follow_size(char *const *environment);

/*
 * The environment with what is missing, or under a deadly filter without the library, in `room`. A variable that the
 * program has set itself stands.
 */
char **follow_fill(char *const *environment, void *room);

/*
 * The n-th variable that is missing, from 0, as NAME=value, or NULL. Where `theirs` is not NULL then, it is what stands
 * in LD_PRELOAD beside ours.
 */
const char *follow_missing(char *const *environment, int n, const char **theirs);

/* Does this environment leave out the library, which stood in the LD_PRELOAD with which the program began? */
bool follow_is_lost(char *const *environment, const char *preload);

/* What the trampoline puts in the place of those that take a list. */
int follow_execl(const char *path, const char *argument, ...);
int follow_execle(const char *path, const char *argument, ...);
int follow_execlp(const char *file, const char *argument, ...);

#endif
