#include "arguments.h"
#include "command.h"
#include "core/filter.h"
#include "core/listing.h"
#include "core/ports.h"
#include "privilege.h"
#include "rows.h"
#include "say.h"
#include "winhook/names.h"
#include <psapi.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIDS_MAX = 64, PROCESSES_MAX = 4096, REDRAW_MS = 1000 };

struct options {
    DWORD pid[PIDS_MAX];
    int pids;
    struct ports ports;
    const char *programs; /* NULL: all */
    bool json, openmetrics, watch, off;
};

static bool take_number(const char *text, uint64_t limit, uint64_t *number)
{
    return span_number(span_of(text), limit, number) && *number;
}

static int take_option(struct options *options, const struct arguments *arguments)
{
    uint64_t number;
    char buffer[256];
    struct text why = text_in(buffer, sizeof buffer);
    bool *const switches[] = {[LIST_JSON] = &options->json,
                              [LIST_OPENMETRICS] = &options->openmetrics,
                              [LIST_WATCH] = &options->watch,
                              [LIST_OFF] = &options->off};
    switch (arguments->option) {
    case LIST_PID:
        if (!take_number(arguments->value, UINT32_MAX, &number) || options->pids == PIDS_MAX)
            return say_usage("--pid", arguments->value, "must be a process number");
        options->pid[options->pids++] = (DWORD)number;
        return GO_ON;
    case LIST_PORT:
        return ports_parse(span_of(arguments->value), &options->ports, &why)
                   ? GO_ON
                   : say_usage("--port", arguments->value, buffer);
    case LIST_PROGRAM:
        options->programs = arguments->value;
        return filter_check(span_of(arguments->value), &why) ? GO_ON : say_usage("--program", arguments->value, buffer);
    default:
        *switches[arguments->option] = true;
        return GO_ON;
    }
}

static int read_options(struct options *options, const struct command_line *line)
{
    struct arguments arguments = arguments_begin(COMMAND_list, line);
    int result = GO_ON;
    for (enum argument got; result == GO_ON && (got = arguments_take(&arguments, &result)) != ARGUMENT_END;)
        result = got == ARGUMENT_OPERAND
                     ? say_usage("list", arguments.value, "takes options only: --pid, --port, --program")
                     : take_option(options, &arguments);
    if (result == GO_ON && options->json && options->openmetrics)
        return say_usage("list", "--openmetrics", "stands in place of --json");
    return result;
}

struct listed {
    const struct options *options;
    struct listing_row *row;
    size_t count, room;
};

/* Whose keepalive is not told is not said to be without one. */
static bool is_asked_for(const struct options *options, const struct listing_row *row)
{
    return (ports_has(&options->ports, row->local.port) || ports_has(&options->ports, row->peer.port)) &&
           (!options->programs || names_admit(options->programs, row->program)) &&
           (!options->off || (row->told != LISTING_NOTHING_TOLD && !row->values.keepalive));
}

static void keep(const struct listing_row *row, void *context)
{
    struct listed *rows = context;
    if (!is_asked_for(rows->options, row))
        return;
    if (rows->count == rows->room) {
        size_t room = rows->room ? 2 * rows->room : 64;
        struct listing_row *more = realloc(rows->row, room * sizeof *more);
        if (!more)
            return;
        rows->row = more;
        rows->room = room;
    }
    rows->row[rows->count++] = *row;
}

static void say_closed(unsigned closed)
{
    char number[32];
    snprintf(number, sizeof number, "%u", closed);
    say("processes", number, "as many could not be looked into; an administrator sees more");
}

/* 0, or 1 when a process that was asked for could not be looked into. */
static int gather(const struct options *options, struct listed *rows)
{
    static DWORD all[PROCESSES_MAX];
    DWORD size = 0;
    int result = EXIT_DONE;
    if (!options->pids)
        EnumProcesses(all, sizeof all, &size);
    unsigned closed = 0;
    for (DWORD i = 0; i < size / sizeof *all; i++)
        if (all[i] != GetCurrentProcessId())
            closed += rows_each(all[i], keep, rows) == ERROR_ACCESS_DENIED;
    if (closed)
        say_closed(closed);
    for (int i = 0; i < options->pids; i++) {
        DWORD error = rows_each(options->pid[i], keep, rows);
        char number[16];
        if (!error)
            continue;
        snprintf(number, sizeof number, "%lu", options->pid[i]);
        say_error("process", number, error == ERROR_INVALID_PARAMETER ? "there is none" : NULL,
                  error == ERROR_INVALID_PARAMETER ? 0 : error);
        result = EXIT_UNREACHED;
    }
    return result;
}

static void write_out(void *context, const char *text, size_t length)
{
    (void)context;
    say_out(text, length);
}

/* Of the console, which has one column less than it is wide: a full line would break. */
static struct listing_style style_of_output(void)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    struct listing_style style = {0};
    if (GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &info))
        style.columns = (unsigned)(info.srWindow.Right - info.srWindow.Left);
    return style;
}

static int show(const struct options *options)
{
    struct listed rows = {.options = options};
    struct listing_style style = style_of_output();
    int result = gather(options, &rows);
    struct listing listing = {rows.row, rows.count};
    if (options->openmetrics) {
        if (rows.count)
            qsort(rows.row, rows.count, sizeof *rows.row, listing_compare);
        listing_openmetrics(&listing, write_out, NULL);
    } else if (options->json) {
        listing_json(&listing, write_out, NULL);
    } else {
        listing_table(&listing, &style, write_out, NULL);
    }
    free(rows.row);
    return say_flush() ? result : EXIT_OURS;
}

int list_main(const struct command_line *line)
{
    static struct options options;
    int result = read_options(&options, line);
    if (result != GO_ON)
        return result;
    privilege_claim();
    result = show(&options);
    while (options.watch && !result) {
        Sleep(REDRAW_MS);
        say_out("\n", options.json ? 0 : 1);
        result = show(&options);
    }
    return result;
}
