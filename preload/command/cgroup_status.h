/*
 * cgroup_status: `tcpalive cgroup --status`: every control group that has a policy, with what it did so far, for people
 * or as JSON.
 */
#ifndef PRELOAD_COMMAND_CGROUP_STATUS_H
#define PRELOAD_COMMAND_CGROUP_STATUS_H

#include <stdbool.h>

/* Of one group, or of all where `path` is NULL. Returns the exit code. */
int cgroup_status(const char *path, bool json);

#endif
