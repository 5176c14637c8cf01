#include "preload/measure/measure.h"
#include "core/bracket_print.h"
#include "preload/measure/look.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How often is looked, in the first minute and later. */
enum { LOOK_MS = 100, LOOK_LATER_MS = 250, MINUTE_MS = 60000 };

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

static void show_progress(const struct measurement *rows, int64_t elapsed)
{
    char line[BRACKET_PROGRESS_SIZE];
    struct text text = text_in(line, sizeof line);
    struct bracket_report report = {
        .trials = rows->trial, .count = rows->count, .bracket = &rows->bracket, .bounds = &rows->bounds};
    if (!isatty(STDERR_FILENO))
        return;
    text_add(&text, "\r");
    if (elapsed >= 0)
        bracket_write_progress(&text, &report, elapsed);
    text_add(&text, "\033[K");
    ssize_t ignored = write(STDERR_FILENO, line, text.used);
    (void)ignored;
}

/* Opens what of the row is due and looks at all that is open. */
static int step(struct measure *measure, int64_t began)
{
    struct measurement *rows = &measure->rows;
    size_t due = (size_t)((look_now() - began) / measure->way->pace_ms) + 1;
    for (size_t at = 0; at < rows->count - rows->row; at++) {
        struct trial *trial = &rows->trial[rows->row + at];
        if (at < due && !trial->begun) {
            int error = measure->way->open(measure, trial, at);
            if (error)
                return error;
            trial->begun = true;
        }
        if (trial->begun)
            measure->way->look(measure, trial, at);
    }
    return 0;
}

/* Until the row has told what it can. */
static int watch_row(struct measure *measure, int64_t began)
{
    int64_t row_began = look_now(), shown = 0;
    int error = step(measure, row_began);
    while (!error && measurement_goes_on(&measure->rows) && !stopped) {
        int64_t now = look_now();
        if (now - shown > 1000) {
            show_progress(&measure->rows, now - began);
            shown = now;
        }
        poll(NULL, 0, now - began < MINUTE_MS ? LOOK_MS : LOOK_LATER_MS);
        error = step(measure, row_began);
    }
    measure->way->close(measure);
    measurement_end_row(&measure->rows, stopped);
    return error;
}

int measure_run(struct measure *measure)
{
    int64_t began = look_now();
    int error = 0;
    measure->rows.in = measure->way == &measure_spoken;
    catch_signals();
    while (!error && !stopped && measurement_next_row(&measure->rows))
        error = watch_row(measure, began);
    show_progress(&measure->rows, -1);
    return error;
}
