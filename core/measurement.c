#include "measurement.h"
#include "duration.h"

enum { SECOND = 1000, FROM_MS = 5 * SECOND, UP_TO_MS = 2 * 60 * 60 * SECOND, LONGEST_MS = 32767 * SECOND };

struct bracket_bounds measurement_bounds(void)
{
    return (struct bracket_bounds){.from = FROM_MS, .up_to = UP_TO_MS, .grain = SECOND};
}

const char *measurement_read_duration(struct span span, int32_t *ms)
{
    int64_t value;
    const char *why = duration_parse(span, &value);
    if (!why && (value < SECOND || value > LONGEST_MS))
        why = "must be 1s..32767s";
    if (!why)
        *ms = (int32_t)duration_round_up(value, SECOND);
    return why;
}

const char *measurement_read_connections(struct span span, uint16_t *connections)
{
    uint64_t number;
    if (!span_number(span, BRACKET_CONNECTIONS_MAX, &number) || number == 0)
        return "must be 1..64";
    *connections = (uint16_t)number;
    return NULL;
}

static bool add_row(struct measurement *measurement, const int32_t *silences, size_t count, bool kept)
{
    measurement->row = measurement->count;
    for (size_t i = 0; i < count && measurement->count < MEASUREMENT_TRIALS_MAX; i++)
        measurement->trial[measurement->count++] = (struct trial){.silence = silences[i], .kept = kept};
    measurement->rows++;
    return measurement->count > measurement->row;
}

/* The far direction: connections that are probed meanwhile, and are spoken to once they are older than the limit. */
static bool add_kept(struct measurement *measurement)
{
    const struct bracket *bracket = &measurement->bracket;
    int32_t grain = measurement->bounds.grain, silence = (bracket->forgets / grain + 1) * grain;
    const int32_t silences[MEASUREMENT_KEPT] = {silence, silence, silence};
    if (!measurement->in || bracket->forgets == BRACKET_NONE || bracket->remembers == BRACKET_NONE)
        return false;
    measurement->kept = true;
    return add_row(measurement, silences, MEASUREMENT_KEPT, true);
}

bool measurement_next_row(struct measurement *measurement)
{
    int32_t silences[BRACKET_CONNECTIONS_MAX];
    size_t count = 0;
    if (measurement->kept)
        return false;
    if (measurement->rows < MEASUREMENT_ROWS_MAX - 1)
        count = bracket_next(&measurement->bracket, measurement->rows == 0, &measurement->bounds, silences);
    return (count && add_row(measurement, silences, count, false)) || add_kept(measurement);
}

static void find(struct measurement *measurement)
{
    bracket_find(measurement->trial, measurement->count, measurement->bounds.from, &measurement->bracket);
}

bool measurement_goes_on(struct measurement *measurement)
{
    find(measurement);
    return !measurement->bracket.settled || measurement->bracket.probes_help == ANSWER_PENDING;
}

void measurement_end_row(struct measurement *measurement, bool interrupted)
{
    for (size_t i = measurement->row; i < measurement->count; i++) {
        struct trial *trial = &measurement->trial[i];
        trial->ended = true;
        if (!interrupted && trial->outcome == TRIAL_WAITS)
            trial->outcome = TRIAL_NEEDLESS;
    }
    find(measurement);
}

int32_t measurement_probed_every(const struct measurement *measurement, const struct trial *trial)
{
    int32_t grain = measurement->bounds.grain, half = measurement->bracket.remembers / 2 / grain * grain;
    return !trial->kept ? 0 : half > grain ? half : grain;
}

void trial_hear(struct trial *trial, int64_t after)
{
    bool early = after < (int64_t)trial->silence * 4 / 5;
    trial->outcome = early ? TRIAL_TALKED : TRIAL_HELD;
    trial->later = TRIAL_HELD;
    trial->proved = (int32_t)after;
    trial->ended = true;
}

void trial_lose(struct trial *trial, enum trial_outcome how, int64_t silent, bool unprobed)
{
    if (trial->outcome == TRIAL_HELD)
        trial->later = how;
    if (trial->outcome != TRIAL_WAITS)
        return;
    trial->outcome = how;
    trial->unprobed = unprobed;
    trial->lost_at = unprobed ? (int32_t)silent : trial->silence;
}
