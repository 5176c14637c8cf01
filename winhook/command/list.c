#include "command.h"
#include "say.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PSAPI_VERSION 2
#include "list_print.h"
#include <psapi.h>

enum { PIDS_MAX = 64, PROCESSES_MAX = 4096, REDRAW_MS = 1000 };

struct options {
    DWORD pid[PIDS_MAX];
    int pids;
    uint16_t port;
    bool json, watch;
};

static bool take_number(const char *text, uint64_t limit, uint64_t *number)
{
    return span_number(span_of(text), limit, number) && *number;
}

static bool take_option(const struct arguments *arguments, int *at, void *context)
{
    struct options *options = context;
    const char *value;
    uint64_t number;
    if (!strcmp(arguments->text[*at], "--json") || !strcmp(arguments->text[*at], "--watch")) {
        *(arguments->text[*at][2] == 'j' ? &options->json : &options->watch) = true;
        ++*at;
        return true;
    }
    if (take_value(arguments, at, "--pid", &value)) {
        if (!take_number(value, UINT32_MAX, &number) || options->pids == PIDS_MAX)
            exit(say_usage("--pid", value, "must be a process number"));
        options->pid[options->pids++] = (DWORD)number;
        return true;
    }
    if (!take_value(arguments, at, "--port", &value))
        return false;
    if (!take_number(value, UINT16_MAX, &number))
        exit(say_usage("--port", value, "must be 1..65535"));
    options->port = (uint16_t)number;
    return true;
}

static void keep(const struct row *row, void *context)
{
    struct rows *rows = context;
    if (rows->count == rows->room) {
        size_t room = rows->room ? 2 * rows->room : 64;
        struct row *more = realloc(rows->row, room * sizeof *more);
        if (!more)
            return;
        rows->row = more;
        rows->room = room;
    }
    rows->row[rows->count++] = *row;
}

/* 0, or 1 when a process that was asked for could not be looked into. */
static int gather(const struct options *options, struct rows *rows)
{
    static DWORD all[PROCESSES_MAX];
    DWORD size = 0;
    int result = EXIT_DONE;
    if (!options->pids)
        EnumProcesses(all, sizeof all, &size);
    for (DWORD i = 0; i < size / sizeof *all; i++)
        if (all[i] != GetCurrentProcessId())
            rows_each(all[i], options->port, keep, rows);
    for (int i = 0; i < options->pids; i++) {
        DWORD error = rows_each(options->pid[i], options->port, keep, rows);
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

static int show(const struct options *options)
{
    struct rows rows = {0};
    int result = gather(options, &rows);
    if (options->json)
        list_print_json(&rows);
    else
        list_print_table(&rows);
    fflush(stdout);
    free(rows.row);
    return result;
}

int command_list(const struct arguments *arguments, int at)
{
    struct options options = {0};
    while (at < arguments->count)
        if (!take_option(arguments, &at, &options))
            return say_usage("list", arguments->text[at], "no such option");
    int result = show(&options);
    while (options.watch && !result && !ferror(stdout)) {
        Sleep(REDRAW_MS);
        putchar('\n');
        result = show(&options);
    }
    return result;
}
