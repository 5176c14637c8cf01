/*
 * leftover: control groups of our own that outlived who made them, because it was killed.
 *
 * Such a group is named after the process that made it. Called before another one is made in the same place.
 */
#ifndef PRELOAD_CGROUP_LEFTOVER_H
#define PRELOAD_CGROUP_LEFTOVER_H

/* Removes the empty groups in `above` whose name is `begins` and the number of a process that is no more. */
void leftover_remove(int above, const char *begins);

#endif
