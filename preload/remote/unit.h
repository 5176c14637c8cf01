/*
 * unit: which processes belong to a systemd unit, as its control group has them.
 *
 * It asks the file system alone, so that it works where no systemd answers. It only reads.
 */
#ifndef PRELOAD_REMOTE_UNIT_H
#define PRELOAD_REMOTE_UNIT_H

#include "preload/remote/process.h"

/*
 * Adds the processes of a unit, `nginx` or `nginx.service` or `system.slice`, those in groups below it included. False
 * with errno: ENOENT when no control group has this name, EINVAL for what can be no unit's name.
 */
bool unit_processes(const char *unit, struct process_list *list);

#endif
