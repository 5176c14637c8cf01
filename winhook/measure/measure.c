#include "measure.h"
#include "clock.h"
#include "core/bracket_print.h"
#include "silent.h"
#include "stop.h"

enum { LOOK_MS = 100, LOOK_LATER_MS = 250, MINUTE_MS = 60000, PACE_MS = 25, LINE_WIDTH = 79 };

static struct silent silents[BRACKET_CONNECTIONS_MAX];

/*
 * Over the line before, as long as that may have been; less than 0: an empty one. Consoles before Windows 10
 * know no escapes.
 */
static void show_progress(const struct measurement *rows, int64_t elapsed)
{
    char line[BRACKET_PROGRESS_SIZE + LINE_WIDTH];
    struct text text = text_in(line, sizeof line);
    struct bracket_report report = {
        .trials = rows->trial, .count = rows->count, .bracket = &rows->bracket, .bounds = &rows->bounds};
    HANDLE console = GetStdHandle(STD_ERROR_HANDLE);
    DWORD written;
    if (!GetConsoleMode(console, &written))
        return;
    text_add_char(&text, '\r');
    if (elapsed >= 0)
        bracket_write_progress(&text, &report, elapsed);
    while (text.used < LINE_WIDTH)
        text_add_char(&text, ' ');
    text_add_char(&text, '\r');
    WriteFile(console, line, (DWORD)text.used, &written, NULL);
}

static int begin(const struct measure *measure, struct trial *trial, size_t at)
{
    const struct measurement *rows = &measure->rows;
    int32_t idle = rows->in ? measurement_probed_every(rows, trial) : trial->silence;
    trial->begun = true;
    return silent_open(&silents[at], &measure->peer, idle);
}

/* Opens what of the row is due and looks at all that is open. */
static int step(struct measure *measure, ULONGLONG began)
{
    struct measurement *rows = &measure->rows;
    size_t due = (size_t)((clock_ms() - began) / PACE_MS) + 1;
    for (size_t at = 0; at < rows->count - rows->row; at++) {
        struct trial *trial = &rows->trial[rows->row + at];
        int error = at < due && !trial->begun ? begin(measure, trial, at) : 0;
        if (error)
            return error;
        if (trial->begun && rows->in)
            silent_look_spoken(&silents[at], trial);
        else if (trial->begun)
            silent_look(&silents[at], trial);
    }
    return 0;
}

/* Until the row has told what it can. */
static int watch_row(struct measure *measure, ULONGLONG began)
{
    ULONGLONG row_began = clock_ms(), shown = 0;
    for (size_t at = 0; at < BRACKET_CONNECTIONS_MAX; at++)
        silents[at].s = INVALID_SOCKET;
    int error = step(measure, row_began);
    while (!error && measurement_goes_on(&measure->rows) && !stop_asked()) {
        ULONGLONG now = clock_ms();
        if (now - shown > 1000) {
            show_progress(&measure->rows, (int64_t)(now - began));
            shown = now;
        }
        Sleep(now - began < MINUTE_MS ? LOOK_MS : LOOK_LATER_MS);
        error = step(measure, row_began);
    }
    for (size_t at = 0; at < BRACKET_CONNECTIONS_MAX; at++)
        silent_close(&silents[at]);
    measurement_end_row(&measure->rows, stop_asked());
    return error;
}

int measure_run(struct measure *measure)
{
    ULONGLONG began = clock_ms();
    int error = 0;
    while (!error && !stop_asked() && measurement_next_row(&measure->rows))
        error = watch_row(measure, began);
    show_progress(&measure->rows, -1);
    return error;
}
