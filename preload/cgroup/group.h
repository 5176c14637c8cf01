/*
 * group: which control group (cgroup2) is meant: by path, by one of its processes, or by a unit's name.
 *
 * It only looks. Paths are below the place where cgroup2 is mounted.
 */
#ifndef PRELOAD_CGROUP_GROUP_H
#define PRELOAD_CGROUP_GROUP_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* Where cgroup2 is mounted; false where it is not. */
bool group_mount(char path[PATH_MAX]);

/*
 * The group of a process, 0 for the caller's own. Where a service manager or a container's first process keeps a group
 * of its own below (`.control`, `init.scope`), the one above it, which is the whole service or container. NULL, or
 * what is wrong.
 */
const char *group_of_process(pid_t pid, char path[PATH_MAX]);

/* The group that the caller is in, and no other, be it the outermost. NULL, or what is wrong. */
const char *group_of_caller(char path[PATH_MAX]);

/* The group of a unit that runs: `nginx.service`, `nginx`, `system.slice`. NULL, or what is wrong. */
const char *group_of_unit(const char *name, char path[PATH_MAX]);

/* Its directory, locked against a second command; -1 with what is wrong in `why`. */
int group_open(const char *path, const char **why);

/* Calls for every group, from the outermost to those in it, as long as it returns true. */
typedef bool group_visit(void *context, int group, const char *path);
void group_each(group_visit *visit, void *context);

#endif
