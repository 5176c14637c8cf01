#include "bracket_print.h"
#include "duration.h"
#include "json.h"
#include "middlebox.h"

enum { SECOND = 1000, SILENCE_WIDTH = 9 };

static const struct {
    const char *out, *in;
} outcomes[TRIAL_OUTCOMES] = {
    [TRIAL_WAITS] = {"not known yet", "not known yet"},
    [TRIAL_HELD] = {"remembered: its probe was answered", "remembered: what the service said arrived"},
    [TRIAL_DROPPED] = {"lost: its probes got no answer", "lost: nothing arrived"},
    [TRIAL_RESET] = {"lost: reset", "lost: reset"},
    [TRIAL_CLOSED] = {"closed by the service", "closed by the service"},
    [TRIAL_REFUSED] = {"not taken by the service", "not taken by the service"},
    [TRIAL_NEEDLESS] = {"not waited for", "not waited for"},
    [TRIAL_TALKED] = {"never silent: one side kept talking", "never silent: one side kept talking"},
};

static int64_t whole(int64_t ms)
{
    return (ms + SECOND / 2) / SECOND * SECOND;
}

/* Closings come between two seconds; people are told the nearest. */
static void add_silence(struct text *text, int64_t ms)
{
    duration_write(text, ms > 2 * SECOND ? whole(ms) : ms);
}

int32_t bracket_next_silence(const struct bracket_report *report, int32_t above)
{
    int32_t next = INT32_MAX;
    for (size_t i = 0; i < report->count; i++) {
        int32_t silence = report->trials[i].silence;
        if (!report->trials[i].kept && silence > above && silence < next)
            next = silence;
    }
    return next;
}

/* Reset as soon as they were there, all of them: that is no answer about silence. */
static bool are_turned_away(const struct bracket_report *report)
{
    const struct bracket *bracket = report->bracket;
    return bracket->remembers == BRACKET_NONE && bracket->cause == TRIAL_RESET && bracket->unprobed &&
           bracket->forgets < report->bounds->from / 2;
}

bool bracket_answered(const struct bracket_report *report)
{
    const struct bracket *bracket = report->bracket;
    if (are_turned_away(report))
        return false;
    if (bracket->forgets != BRACKET_NONE)
        return bracket->settled;
    return bracket->waiting == 0 && bracket->remembers >= report->bounds->up_to && bracket->doubtful == BRACKET_NONE;
}

static void add_outcome(struct text *text, const struct bracket_report *report, const struct trial *trial)
{
    text_add(text, report->in ? outcomes[trial->outcome].in : outcomes[trial->outcome].out);
    if (trial->outcome == TRIAL_RESET && !report->in)
        text_add(text, trial->unprobed ? " before it was probed" : " in answer to its probe");
    if (trial->unprobed && (trial->outcome == TRIAL_CLOSED || trial->outcome == TRIAL_RESET)) {
        text_add(text, ", after ");
        add_silence(text, trial->lost_at);
    }
}

static bool is_same_line(const struct trial *one, const struct trial *other)
{
    return one->silence == other->silence && one->outcome == other->outcome && !other->kept;
}

static void write_line(struct text *text, const struct bracket_report *report, const struct trial *trial)
{
    char number[24];
    struct text silence = text_in(number, sizeof number);
    unsigned same = 0;
    duration_write(&silence, trial->silence);
    for (size_t i = 0; i < report->count; i++) {
        same += is_same_line(trial, &report->trials[i]);
        if (&report->trials[i] < trial && is_same_line(trial, &report->trials[i]))
            return; /* told already */
    }
    for (size_t i = silence.used; i < SILENCE_WIDTH; i++)
        text_add_char(text, ' ');
    text_add(text, number);
    text_add(text, "  ");
    add_outcome(text, report, trial);
    if (same > 1) {
        text_add(text, " (");
        text_add_number(text, same);
        text_add(text, " connections)");
    }
    text_add_char(text, '\n');
}

static bool is_open(const struct trial *trial)
{
    return trial->outcome == TRIAL_WAITS || trial->outcome == TRIAL_NEEDLESS;
}

/* Those without an answer are one line: `16s .. 7200s  not waited for (34 connections)`. */
static void write_open(struct text *text, const struct bracket_report *report, enum trial_outcome outcome)
{
    int32_t shortest = INT32_MAX, longest = 0;
    unsigned count = 0;
    for (size_t i = 0; i < report->count; i++) {
        const struct trial *trial = &report->trials[i];
        if (trial->kept || trial->outcome != outcome)
            continue;
        count++;
        shortest = trial->silence < shortest ? trial->silence : shortest;
        longest = trial->silence > longest ? trial->silence : longest;
    }
    if (!count)
        return;
    text_add(text, "  ");
    duration_write(text, shortest);
    if (longest != shortest) {
        text_add(text, " to ");
        duration_write(text, longest);
    }
    text_add(text, ": ");
    text_add(text, outcomes[outcome].out);
    text_add(text, " (");
    text_add_number(text, count);
    text_add(text, count == 1 ? " connection)\n" : " connections)\n");
}

static void write_table(struct text *text, const struct bracket_report *report)
{
    text_add(text, "  silence  what became of a connection\n");
    for (int32_t at = bracket_next_silence(report, -1); at != INT32_MAX; at = bracket_next_silence(report, at))
        for (size_t i = 0; i < report->count; i++)
            if (report->trials[i].silence == at && !report->trials[i].kept && !is_open(&report->trials[i]))
                write_line(text, report, &report->trials[i]);
    write_open(text, report, TRIAL_WAITS);
    write_open(text, report, TRIAL_NEEDLESS);
    text_add_char(text, '\n');
}

static void write_known(struct text *text, const struct bracket *bracket)
{
    const char *between = "Known with such a limit: ";
    int32_t low = bracket->remembers == BRACKET_NONE ? 0 : bracket->remembers;
    for (size_t i = 0; i < middlebox_count; i++) {
        const struct middlebox *box = &middleboxes[i];
        if (!box->idle_limit_ms || box->idle_limit_ms < low || box->idle_limit_ms > bracket->forgets)
            continue;
        text_add(text, between);
        text_add(text, middlebox_device(box));
        text_add(text, " (");
        text_add(text, box->name);
        text_add(text, ", ");
        duration_write(text, box->idle_limit_ms);
        text_add(text, ")");
        between = "; ";
    }
    text_add(text, *between == 'K' ? "" : ".\n");
}

static void write_range(struct text *text, const struct bracket *bracket)
{
    if (bracket->remembers == BRACKET_NONE) {
        text_add(text, "less than ");
        add_silence(text, bracket->forgets);
        text_add(text, " of silence");
        return;
    }
    text_add(text, "between ");
    duration_write(text, bracket->remembers);
    text_add(text, " and ");
    add_silence(text, bracket->forgets);
    text_add(text, " of silence");
}

static void write_limit(struct text *text, const struct bracket_report *report)
{
    const struct bracket *bracket = report->bracket;
    bool timer = bracket->unprobed && bracket->cause == TRIAL_RESET;
    if (bracket->cause == TRIAL_CLOSED) {
        text_add(text, "The service closes a silent client: ");
        write_range(text, bracket);
        text_add(text, ". That is its own limit, and keepalive\ndoes not move it.");
        text_add(text,
                 report->programs ? "\n" : " Measure through a client that logs in: tcpalive measure -- PROGRAM\n");
        return;
    }
    if (are_turned_away(report)) {
        text_add(
            text,
            "Connections are reset at once, by the service or something before it: nothing is known of silence.\n");
        return;
    }
    text_add(text, "The path forgets a connection: ");
    write_range(text, bracket);
    text_add(text, bracket->cause == TRIAL_DROPPED ? ". It then drops packets without a word.\n"
                   : timer                         ? ". It, or the service, then resets it.\n"
                                                   : ". It then answers with a reset.\n");
    if (bracket->probes_help == ANSWER_YES)
        text_add(text, "Probes help: connections that were probed more often outlived that.\n");
    else if (bracket->probes_help == ANSWER_NO)
        text_add(
            text,
            "Probes do not help: connections that were probed more often were lost as well. Something here counts\n"
            "other things than probes, and keepalive will not move it.\n");
    else
        text_add(text, "Whether probes help was not seen.\n");
    write_known(text, bracket);
}

static void write_no_limit(struct text *text, const struct bracket_report *report)
{
    const struct bracket *bracket = report->bracket;
    if (bracket->remembers == BRACKET_NONE) {
        text_add(text, "Nothing is known yet.\n");
        return;
    }
    text_add(text, bracket_answered(report) ? "No limit up to " : "Not known, but a silence this long held: ");
    duration_write(text, bracket->remembers);
    text_add(text, ".\n");
    if (bracket_answered(report) && !report->in)
        text_add(
            text,
            "A router that picks up unknown connections hides its limit from the client's probes: what the service\n"
            "sends first may be lost. To see that, run tcpalive measure --serve at the far end.\n");
}

void bracket_write(struct text *text, const struct bracket_report *report)
{
    const struct bracket *bracket = report->bracket;
    int32_t survive = bracket_survive(bracket);
    text_add(text, report->peer);
    if (*report->address) {
        text_add(text, " (");
        text_add(text, report->address);
        text_add(text, ")");
    }
    text_add(text,
             report->in ? ": after the silence the service speaks\n\n" : ": after the silence the client probes\n\n");
    write_table(text, report);
    if (bracket->refused) {
        text_add(text, "The service took ");
        text_add_number(text, (int64_t)report->count - bracket->refused);
        text_add(text, " connections, and ");
        text_add_number(text, bracket->refused);
        text_add(text, " not: it, or something before it, limits how many.\n");
    }
    if (bracket->forgets == BRACKET_NONE)
        write_no_limit(text, report);
    else
        write_limit(text, report);
    if (survive == BRACKET_NONE)
        return;
    text_add(text, "Use: tcpalive run --survive ");
    duration_write(text, survive);
    text_add(text, " -- PROGRAM\n");
}

static int32_t next_waiting(const struct bracket_report *report)
{
    int32_t next = INT32_MAX;
    for (size_t i = 0; i < report->count; i++)
        if (report->trials[i].outcome == TRIAL_WAITS && report->trials[i].silence < next)
            next = report->trials[i].silence;
    return next;
}

void bracket_write_progress(struct text *text, const struct bracket_report *report, int64_t elapsed)
{
    const struct bracket *bracket = report->bracket;
    int32_t next = next_waiting(report);
    duration_write(text, elapsed / SECOND * SECOND);
    if (bracket->remembers != BRACKET_NONE) {
        text_add(text, ": remembers ");
        duration_write(text, bracket->remembers);
    }
    if (bracket->forgets != BRACKET_NONE) {
        text_add(text, ", forgets ");
        add_silence(text, bracket->forgets);
    }
    if (next == INT32_MAX)
        return;
    text_add(text, ", ");
    text_add_number(text, bracket->waiting);
    text_add(text, " wait, the next ");
    duration_write(text, next);
    text_add(text, ", the last ");
    duration_write(text, bracket->longest_waiting);
}
