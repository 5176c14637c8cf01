/*
 * bracket_print: what measure prints: a line of progress, the table with its conclusions, the JSON object.
 *
 * Used by measure on both systems. It decides nothing: all it says stands in the trials and the bracket.
 */
#ifndef CORE_BRACKET_PRINT_H
#define CORE_BRACKET_PRINT_H

#include "bracket.h"
#include "text.h"

struct bracket_report {
    const char *peer;    /* as the user named it: `db.example:5432`, or the program */
    const char *address; /* the one taken: `198.51.100.2:5432`; "" where nothing was reached */
    bool in;             /* the service spoke first after the silence: direction `in` */
    bool programs;       /* the user's own clients were silent, not connections of ours */
    const struct trial *trials;
    size_t count;
    const struct bracket *bracket;
    const struct bracket_bounds *bounds;
};

/* Big enough for every report. */
enum { BRACKET_PRINT_SIZE = 64 * 1024, BRACKET_PROGRESS_SIZE = 256 };

void bracket_write(struct text *text, const struct bracket_report *report);

/* One object with the keys peer, direction, remembers_s, forgets_s, cause, probes_help, survive and connections. */
void bracket_write_json(struct text *text, const struct bracket_report *report);

/* `17s: longest silence that held 10s, 33 wait (next 12s)`, without a newline. */
void bracket_write_progress(struct text *text, const struct bracket_report *report, int64_t elapsed);

/* The shortest silence of a trial that is longer than `above`; INT32_MAX: none. */
int32_t bracket_next_silence(const struct bracket_report *report, int32_t above);

/* Was the question answered: a limit, or none up to the longest silence? */
bool bracket_answered(const struct bracket_report *report);

#endif
