/*
 * drop_in: the file that puts a unit under the policy at every start, and the one that takes it away again.
 *
 * A service gets `UNIT.d/50-tcpalive.conf`; a slice, which runs nothing itself, a drop-in that wants a service of
 * ours, which puts the policy on its control group. Each begins with a line that says who made it: files without it
 * are left alone.
 */
#ifndef PRELOAD_ENABLE_DROP_IN_H
#define PRELOAD_ENABLE_DROP_IN_H

#include "core/policy.h"
#include "preload/enable/unit.h"

#define DROP_IN_DIRECTORY "/etc/systemd/system/"
#define DROP_IN_MADE_BY   "# Made by tcpalive enable"

enum { DROP_IN_SIZE = 64 * 1024 };

enum drop_in_method { DROP_IN_CGROUP, DROP_IN_PRELOAD };

/* What goes into it. */
struct drop_in {
    const struct unit *unit;
    const struct policy *policy; /* what flags and variables gave is written down */
    enum drop_in_method method;
    const char *command, *library; /* paths of ours */
    const char *group;             /* a slice's control group, where it can be made before the slice; empty otherwise */
};

/*
 * Adds the drop-in's text; the text of the service that a slice's drop-in wants; and that of a file with the
 * environment, for a unit whose own EnvironmentFile= would have the last word otherwise.
 */
void drop_in_write(struct text *text, const struct drop_in *drop_in);
void drop_in_write_service(struct text *text, const struct drop_in *drop_in);
void drop_in_write_environment(struct text *text, const struct drop_in *drop_in);

/* Does the drop-in want that file? */
bool drop_in_has_environment(const struct drop_in *drop_in);

/* A slice's services have their own say (mode respect), unless the user named a mode. */
bool drop_in_respects(const struct drop_in *drop_in);

/* Their paths. */
void drop_in_path(const struct unit *unit, char path[PATH_MAX]);
void drop_in_service_path(const struct unit *unit, char path[PATH_MAX]);
void drop_in_environment_path(const struct unit *unit, char path[PATH_MAX]);
void drop_in_service_name(const struct unit *unit, char name[NAME_MAX + 1]);

enum drop_in_result { DROP_IN_DONE, DROP_IN_AS_BEFORE, DROP_IN_ABSENT, DROP_IN_NOT_OURS, DROP_IN_ERROR };

/*
 * Puts a file there, as a whole or not at all; takes one away, with its directory when that is empty.
 * DROP_IN_ERROR: see errno.
 */
enum drop_in_result drop_in_put(const char *path, const char *content);
enum drop_in_result drop_in_take(const char *path);

#endif
