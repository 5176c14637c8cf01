/*
 * flags: the settings among a command's arguments: `--idle 60s`, `--user-timeout=match`.
 *
 * Used by every command that takes settings, on both systems. It keeps pointers into the arguments.
 */
#ifndef CORE_FLAGS_H
#define CORE_FLAGS_H

#include "setting.h"

struct flags {
    const char *text[SETTING_COUNT]; /* NULL where not given */
};

enum flags_result {
    FLAGS_TAKEN,      /* a setting; `*at` is behind its value */
    FLAGS_OTHER,      /* no setting's flag; `*at` is unchanged */
    FLAGS_NEEDS_VALUE /* a setting's flag, but its value is missing or empty */
};

/* Looks at argv[*at], with *at < argc. */
enum flags_result flags_take(struct flags *flags, int argc, char *const argv[], int *at);

#endif
