/*
 * unit_request: what `tcpalive enable` and `disable` are asked, of which unit, and what both do at their end.
 */
#ifndef PRELOAD_COMMAND_UNIT_REQUEST_H
#define PRELOAD_COMMAND_UNIT_REQUEST_H

#include "preload/command/arguments.h"
#include "preload/enable/unit.h"

/* In the order of the words of --method. */
enum unit_method { UNIT_AUTO, UNIT_CGROUP, UNIT_PRELOAD };

struct unit_request {
    struct flags flags;
    enum unit_method method;
    bool now;
    const char *unit;
};

/* False when the command must end, with `*result`. */
bool unit_request_read(struct unit_request *request, struct arguments *arguments, int *result);

/* The unit of that name. False after it said why there is none. */
bool unit_request_find(const char *command, const char *name, struct unit *unit);

/* systemd reads its files again. False after it said why not. */
bool unit_request_reload(void);

/* What was said gets out. The command's exit status. */
int unit_request_flush(void);

/* Restarts what runs (`verb`), or says what is left to do. The command's exit status. */
int unit_request_end(const struct unit *unit, bool now, const char *verb);

#endif
