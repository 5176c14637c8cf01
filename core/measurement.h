/*
 * measurement: the rows of trials that a measurement goes through, from the first to the one that settles it, and what
 * a trial comes to.
 *
 * Used by measure on both systems, which open the connections, look at them and keep the time. Times are milliseconds.
 */
#ifndef CORE_MEASUREMENT_H
#define CORE_MEASUREMENT_H

#include "bracket.h"
#include "text.h"

/* Connections at once when nobody says how many; those that show in the far direction whether probes help. */
enum { MEASUREMENT_CONNECTIONS = 60, MEASUREMENT_KEPT = 3, MEASUREMENT_ROWS_MAX = 5 };
enum { MEASUREMENT_TRIALS_MAX = BRACKET_CONNECTIONS_MAX * MEASUREMENT_ROWS_MAX };

struct measurement {
    struct bracket_bounds bounds;
    bool in; /* the service speaks first after the silence */
    struct trial trial[MEASUREMENT_TRIALS_MAX];
    size_t count, row; /* all trials; where the open row begins */
    unsigned rows;     /* begun */
    bool kept;         /* the last row was */
    struct bracket bracket;
};

/* From 5 s to 2 h, whole seconds, as product and system count them; no number of connections is chosen yet. */
struct bracket_bounds measurement_bounds(void);

/*
 * A duration of the command line in whole seconds, 1 s .. 32767 s (tcp(7)); how many connections, 1 .. 64. NULL,
 * or why not.
 */
const char *measurement_read_duration(struct span span, int32_t *ms);
const char *measurement_read_connections(struct span span, uint16_t *connections);

/* Begins the next row. False: there is none, all that can be known is. */
bool measurement_next_row(struct measurement *measurement);

/* Takes in what has become of the trials; true while the open row has more to tell. */
bool measurement_goes_on(struct measurement *measurement);

/* The open row's connections are closed; those still waiting were not needed, unless somebody interrupted. */
void measurement_end_row(struct measurement *measurement, bool interrupted);

/* How often a connection of this trial is probed in the far direction; 0: not at all. */
int32_t measurement_probed_every(const struct measurement *measurement, const struct trial *trial);

/* What the service was asked to say arrived, so long after it was asked. */
void trial_hear(struct trial *trial, int64_t after);

/* It was lost in that way after so much silence; unprobed: nothing had been sent since. */
void trial_lose(struct trial *trial, enum trial_outcome how, int64_t silent, bool unprobed);

#endif
