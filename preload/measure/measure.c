#include "preload/measure/measure.h"
#include "core/bracket_print.h"
#include "preload/measure/look.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How often is looked, in the first minute and later; how many connections show in the far direction whether probes help. */
enum { LOOK_MS = 100, LOOK_LATER_MS = 250, MINUTE_MS = 60000, KEPT = 3 };

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
    (void)signal;
    stopped = 1;
}

static void catch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = stop}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

static void show_progress(const struct measure *measure, int64_t elapsed)
{
    char line[BRACKET_PROGRESS_SIZE];
    struct text text = text_in(line, sizeof line);
    struct bracket_report report = {
        .trials = measure->trial, .count = measure->count, .bracket = &measure->bracket, .bounds = &measure->bounds};
    if (!isatty(STDERR_FILENO))
        return;
    text_add(&text, "\r");
    if (elapsed >= 0)
        bracket_write_progress(&text, &report, elapsed);
    text_add(&text, "\033[K");
    ssize_t ignored = write(STDERR_FILENO, line, text.used);
    (void)ignored;
}

static bool is_known(const struct measure *measure)
{
    return measure->bracket.settled && measure->bracket.probes_help != ANSWER_PENDING;
}

/* Opens what of the row is due and looks at all that is open. */
static int step(struct measure *measure, int64_t began)
{
    size_t due = (size_t)((look_now() - began) / measure->way->pace_ms) + 1;
    for (size_t at = 0; at < measure->count - measure->row; at++) {
        struct trial *trial = &measure->trial[measure->row + at];
        if (at < due && !trial->begun) {
            int error = measure->way->open(measure, trial, at);
            if (error)
                return error;
            trial->begun = true;
        }
        if (trial->begun)
            measure->way->look(measure, trial, at);
    }
    bracket_find(measure->trial, measure->count, measure->bounds.from, &measure->bracket);
    return 0;
}

/* Until the row has told what it can. */
static int watch_row(struct measure *measure, int64_t began)
{
    int64_t row_began = look_now(), shown = 0;
    int error = step(measure, row_began);
    while (!error && !stopped && !is_known(measure)) {
        int64_t now = look_now();
        if (now - shown > 1000) {
            show_progress(measure, now - began);
            shown = now;
        }
        poll(NULL, 0, now - began < MINUTE_MS ? LOOK_MS : LOOK_LATER_MS);
        error = step(measure, row_began);
    }
    measure->way->close(measure);
    for (size_t i = measure->row; i < measure->count; i++) {
        measure->trial[i].ended = true;
        if (!stopped && measure->trial[i].outcome == TRIAL_WAITS)
            measure->trial[i].outcome = TRIAL_NEEDLESS;
    }
    bracket_find(measure->trial, measure->count, measure->bounds.from, &measure->bracket);
    return error;
}

static bool add_row(struct measure *measure, const int32_t *silences, size_t count, bool kept)
{
    measure->row = measure->count;
    for (size_t i = 0; i < count && measure->count < MEASURE_TRIALS_MAX; i++)
        measure->trial[measure->count++] = (struct trial){.silence = silences[i], .kept = kept};
    return measure->count > measure->row;
}

/* The far direction: connections that are probed meanwhile, and are spoken to once they are older than the limit. */
static bool add_kept(struct measure *measure)
{
    const struct bracket *bracket = &measure->bracket;
    int32_t silence = (bracket->forgets / measure->bounds.grain + 1) * measure->bounds.grain;
    const int32_t silences[KEPT] = {silence, silence, silence};
    if (measure->way != &measure_spoken || bracket->forgets == BRACKET_NONE || bracket->remembers == BRACKET_NONE)
        return false;
    return add_row(measure, silences, KEPT, true);
}

int measure_run(struct measure *measure)
{
    int32_t silences[BRACKET_CONNECTIONS_MAX];
    int64_t began = look_now();
    int error = 0;
    size_t count = bracket_next(NULL, true, &measure->bounds, silences);
    catch_signals();
    for (int row = 1; !error && !stopped && count && add_row(measure, silences, count, false); row++) {
        error = watch_row(measure, began);
        count = row < MEASURE_ROWS_MAX - 1 ? bracket_next(&measure->bracket, false, &measure->bounds, silences) : 0;
    }
    if (!error && !stopped && add_kept(measure))
        error = watch_row(measure, began);
    show_progress(measure, -1);
    measure->interrupted = stopped;
    return error;
}
