/*
 * unit: what systemd knows of a service or slice, and what it is told to do. Every call is one run of systemctl(1).
 */
#ifndef PRELOAD_ENABLE_UNIT_H
#define PRELOAD_ENABLE_UNIT_H

#include <limits.h>
#include <stdbool.h>

enum { UNIT_TEXT_SIZE = 4096 };

struct unit {
    char name[NAME_MAX + 1]; /* its real one, where an alias was given; a template's without instance */
    bool slice, is_template;
    bool loaded;                            /* systemd has a file for it */
    char socket[NAME_MAX + 1];              /* the .socket that starts it; empty for none */
    char program[PATH_MAX];                 /* what it runs; empty when that is not known */
    char environment[UNIT_TEXT_SIZE];       /* Environment=, as systemd quotes it */
    char environment_files[UNIT_TEXT_SIZE]; /* EnvironmentFile=, a path or pattern a line, in their order */
    char unset_environment[UNIT_TEXT_SIZE]; /* UnsetEnvironment=, words */
    char root[PATH_MAX];                    /* RootDirectory= or RootImage=; empty for none */
    char no_exec_paths[UNIT_TEXT_SIZE];
    char exec_paths[UNIT_TEXT_SIZE];
};

/* Does systemd run this machine? */
bool unit_system_runs(void);

/* False with what is wrong in *why: `name` names neither a service nor a slice. */
bool unit_read(const char *name, struct unit *unit, const char **why);

/* The one in which our own services run too. */
bool unit_is_system_slice(const struct unit *unit);

/*
 * Where systemd keeps a slice's control group, below cgroup2's mount, whether it is there or not; false where it
 * does not tell.
 */
bool unit_slice_group(const char *slice, char path[PATH_MAX]);

/* `systemctl VERB [UNIT]`, what it says going to the caller's stderr. Its exit status, or 127. */
int unit_tell(const char *verb, const char *unit);

#endif
