/*
 * flags: the settings among a command's arguments: `--idle 60s`, `--user-timeout=match`.
 *
 * It keeps pointers into the arguments.
 */
#ifndef CORE_FLAGS_H
#define CORE_FLAGS_H

#include "setting.h"

enum { FLAGS_RULES_MAX = 64 };

struct flags {
    const char *text[SETTING_COUNT];    /* NULL where not given; of one given twice the last */
    const char *rules[FLAGS_RULES_MAX]; /* but each --rules, in their order: they are one list */
    unsigned rules_count;
};

enum flags_result {
    FLAGS_TAKEN,       /* a setting; `*at` is behind its value */
    FLAGS_OTHER,       /* no setting's flag; `*at` is unchanged */
    FLAGS_NEEDS_VALUE, /* a setting's flag, but its value is missing or empty */
    FLAGS_TOO_MANY     /* more than FLAGS_RULES_MAX times --rules */
};

/* Looks at argv[*at], with *at < argc. */
enum flags_result flags_take(struct flags *flags, int argc, char *const argv[], int *at);

/*
 * Adds all --rules as one list, a line each, and without any what the variable's @FILE holds; nothing otherwise.
 * `add_file` adds a file's text, or says why it cannot and returns false. Returns false then, and where the text has no
 * room, after that was said.
 */
bool flags_join_rules(const struct flags *flags, const char *variable, struct text *text,
                      bool (*add_file)(struct text *text, const char *path), text_say *say);

#endif
