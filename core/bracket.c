#include "bracket.h"
#include "intent.h"
#include "setting.h"

enum { SECOND = 1000 };

static bool is_lost(enum trial_outcome outcome)
{
    return outcome == TRIAL_DROPPED || outcome == TRIAL_RESET || outcome == TRIAL_CLOSED;
}

static int32_t longer(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* Who was turned away at the door says nothing of silence, once others have shown that the service keeps some. */
static void tell_refused(struct trial *trials, size_t count, int32_t from)
{
    bool some_stay = false;
    for (size_t i = 0; i < count; i++)
        some_stay =
            some_stay || trials[i].outcome == TRIAL_HELD || (is_lost(trials[i].outcome) && trials[i].lost_at >= from);
    for (size_t i = 0; some_stay && i < count; i++)
        if (is_lost(trials[i].outcome) && trials[i].unprobed && trials[i].lost_at < from / 2)
            trials[i].outcome = TRIAL_REFUSED;
}

static void find_remembered(const struct trial *trials, size_t count, struct bracket *bracket)
{
    for (size_t i = 0; i < count; i++) {
        const struct trial *trial = &trials[i];
        if (trial->kept)
            continue;
        if (trial->outcome == TRIAL_HELD)
            bracket->remembers = longer(bracket->remembers, trial->silence);
        bracket->refused += trial->outcome == TRIAL_REFUSED;
        bracket->waiting += trial->outcome == TRIAL_WAITS;
        if (trial->outcome == TRIAL_WAITS)
            bracket->longest_waiting = longer(bracket->longest_waiting, trial->silence);
    }
}

static void find_forgotten(const struct trial *trials, size_t count, struct bracket *bracket)
{
    const struct trial *first = NULL;
    unsigned losses = 0;
    for (size_t i = 0; i < count; i++) {
        const struct trial *trial = &trials[i];
        if (trial->kept || !is_lost(trial->outcome) || trial->lost_at <= bracket->remembers)
            continue;
        losses++;
        if (!first || trial->lost_at < first->lost_at)
            first = trial;
    }
    if (losses == 1)
        bracket->doubtful = first->lost_at;
    if (losses < 2)
        return;
    bracket->forgets = first->lost_at;
    bracket->cause = first->outcome;
    bracket->unprobed = first->unprobed;
}

/* In the far direction connections of their own show it; else those that go on being probed at less than the limit. */
static enum answer probes_help(const struct trial *trials, size_t count, const struct bracket *bracket)
{
    bool pending = false, no = false;
    for (size_t i = 0; i < count; i++) {
        const struct trial *trial = &trials[i];
        enum trial_outcome now = trial->kept ? trial->outcome : trial->later;
        if (trial->kept ? trial->silence < bracket->forgets
                        : trial->outcome != TRIAL_HELD || trial->silence >= bracket->forgets)
            continue;
        if (now == TRIAL_HELD && trial->proved > bracket->forgets)
            return ANSWER_YES;
        no = no || is_lost(now);
        pending = pending || (!is_lost(now) && !trial->ended);
    }
    return pending ? ANSWER_PENDING : no ? ANSWER_NO : ANSWER_UNKNOWN;
}

static bool is_settled(const struct trial *trials, size_t count, int32_t from, const struct bracket *bracket)
{
    if (bracket->forgets == BRACKET_NONE || bracket->forgets < from)
        return bracket->waiting == 0;
    for (size_t i = 0; i < count; i++)
        if (!trials[i].kept && trials[i].outcome == TRIAL_WAITS && trials[i].silence < bracket->forgets)
            return false;
    return true;
}

void bracket_find(struct trial *trials, size_t count, int32_t from, struct bracket *bracket)
{
    *bracket = (struct bracket){.remembers = BRACKET_NONE,
                                .forgets = BRACKET_NONE,
                                .doubtful = BRACKET_NONE,
                                .cause = TRIAL_HELD,
                                .longest_waiting = BRACKET_NONE};
    tell_refused(trials, count, from);
    find_remembered(trials, count, bracket);
    find_forgotten(trials, count, bracket);
    if (bracket->forgets != BRACKET_NONE)
        bracket->probes_help = probes_help(trials, count, bracket);
    bracket->settled = is_settled(trials, count, from, bracket);
}

/* The next longer silence: a step of `fifths` / 5 and a whole number of grains, one at least. */
static int32_t grown(int32_t silence, int32_t permille, int32_t grain)
{
    int64_t next = (int64_t)silence * (1000 + permille) / 1000 / grain * grain;
    next = next <= silence ? (int64_t)silence + grain : next;
    return next > INT32_MAX ? INT32_MAX : (int32_t)next;
}

/*
 * Fills a row from `low` on to below `high` and returns how many there are, or more than `room` when they are too many.
 */
static size_t fill(int32_t low, int32_t high, int32_t permille, int32_t grain, size_t room, int32_t *row)
{
    size_t count = 0;
    for (int32_t at = low; at < high; at = grown(at, permille, grain)) {
        if (count == room)
            return room + 1;
        row[count++] = at;
    }
    return count;
}

/* First and last, then the middle of what lies between, and so on. */
static void spread(const int32_t *row, size_t count, int32_t *silences)
{
    size_t step = 1, out = 0;
    while (step < count)
        step *= 2;
    silences[out++] = row[0];
    if (count > 1)
        silences[out++] = row[count - 1];
    for (; step > 1; step /= 2)
        for (size_t at = step / 2; at + 1 < count; at += step)
            silences[out++] = row[at];
}

static size_t first_row(const struct bracket_bounds *bounds, int32_t *silences)
{
    int32_t row[BRACKET_CONNECTIONS_MAX + 1];
    size_t room = bounds->connections > 2 ? bounds->connections - 2U : 0, count = 0; /* the last one has a twin */
    for (int32_t permille = 200; permille < 1000000; permille += permille / 8) {
        count = fill(bounds->from, bounds->up_to, permille, bounds->grain, room, row);
        if (count <= room)
            break;
    }
    count = count > room ? room : count;
    row[count++] = bounds->up_to;
    spread(row, count, silences);
    if (count < bounds->connections)
        silences[count++] = bounds->up_to;
    return count;
}

static size_t finer_row(const struct bracket *bracket, const struct bracket_bounds *bounds, int32_t *silences)
{
    int32_t row[BRACKET_CONNECTIONS_MAX + 1], low = bracket->remembers, high = bracket->forgets;
    int32_t wanted = bounds->precision ? bounds->precision : low / 5;
    wanted = longer(wanted, bounds->grain);
    /* What was closed between two whole numbers cannot be had closer. */
    if (high - low < wanted + (high % bounds->grain ? bounds->grain : 1))
        return 0;
    int32_t step = longer(wanted / bounds->grain * bounds->grain, bounds->grain);
    size_t count = 0;
    while ((high - low - 1) / step > bounds->connections)
        step += bounds->grain;
    for (int32_t at = low + step; at < high && count < bounds->connections; at += step)
        row[count++] = at;
    if (count)
        spread(row, count, silences);
    return count;
}

size_t bracket_next(const struct bracket *bracket, bool first, const struct bracket_bounds *bounds,
                    int32_t silences[BRACKET_CONNECTIONS_MAX])
{
    if (first)
        return first_row(bounds, silences);
    if (bracket->forgets == BRACKET_NONE && bracket->doubtful >= bounds->from) {
        silences[0] = silences[1] = bracket->doubtful / bounds->grain * bounds->grain;
        return bounds->connections > 1 ? 2 : 1;
    }
    if (bracket->forgets == BRACKET_NONE || bracket->remembers == BRACKET_NONE)
        return 0;
    return finer_row(bracket, bounds, silences);
}

int32_t bracket_survive(const struct bracket *bracket)
{
    struct timing timing;
    struct promises promises = {bracket->remembers, VALUE_UNSET};
    bool closed = bracket->forgets != BRACKET_NONE && bracket->cause == TRIAL_CLOSED;
    if (bracket->remembers == BRACKET_NONE || closed || bracket->probes_help == ANSWER_NO ||
        !intent_derive(promises, SECOND, &timing))
        return BRACKET_NONE;
    return bracket->remembers;
}
