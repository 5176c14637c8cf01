#include "preload/command/list.h"
#include "core/filter.h"
#include "core/listing.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/command/standard.h"
#include "preload/remote/rows.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { REDRAW_MS = 1000, WHY_SIZE = 256 };

struct options {
    struct process_list asked; /* empty: all */
    struct rows_wanted wanted;
    bool json, openmetrics, watch, off;
};

static int take_process(struct options *options, const char *value)
{
    pid_t pid;
    bool added = process_parse(value, &pid) && process_list_add(&options->asked, pid);
    return added ? GO_ON : say_usage("--pid", value, "must be a process number");
}

static int take_option(struct options *options, const struct arguments *arguments)
{
    const char *value = arguments->value;
    char buffer[WHY_SIZE];
    struct text why = text_in(buffer, sizeof buffer);
    bool *const switches[] = {
        [LIST_JSON] = &options->json, [LIST_OPENMETRICS] = &options->openmetrics, [LIST_WATCH] = &options->watch,
        [LIST_OFF] = &options->off,   [LIST_ANYWAY] = &options->wanted.anyway,
    };
    switch (arguments->option) {
    case LIST_PID:
        return take_process(options, value);
    case LIST_PORT:
        return ports_parse(span_of(value), &options->wanted.ports, &why) ? GO_ON : say_usage("--port", value, buffer);
    case LIST_PROGRAM:
        options->wanted.programs = value;
        return filter_check(span_of(value), &why) ? GO_ON : say_usage("--program", value, buffer);
    default:
        *switches[arguments->option] = true;
        return GO_ON;
    }
}

static int read_options(struct options *options, int argc, char **argv)
{
    struct arguments arguments = arguments_begin(COMMAND_list, argc, argv);
    int result = GO_ON;
    for (enum argument got; result == GO_ON && (got = arguments_take(&arguments, &result)) != ARGUMENT_END;)
        result = got == ARGUMENT_OPERAND
                     ? say_usage("list", arguments.value, "takes options only: --pid, --port, --program")
                     : take_option(options, &arguments);
    if (result == GO_ON && options->json && options->openmetrics)
        return say_usage("list", "--openmetrics", "stands in place of --json");
    return result;
}

static struct listing_style style_of_output(const struct options *options)
{
    struct winsize size;
    struct listing_style style = {0};
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return style;
    style.columns = size.ws_col;
    style.lines = options->watch ? size.ws_row : 0;
    style.colour = !(no_colour && *no_colour) && !(terminal && strcmp(terminal, "dumb") == 0);
    return style;
}

/* 0, or 1 when a process that was asked for could not be looked into. */
static int gather(const struct options *options, struct rows *rows, struct networks *networks, unsigned *unseen)
{
    struct process_list all = {0};
    const struct process_list *processes = options->asked.count ? &options->asked : &all;
    if (!options->asked.count && !process_list_all(&all))
        say_error("list", "/proc", errno);
    int result = 0;
    for (size_t i = 0; i < processes->count; i++) {
        pid_t pid = processes->pid[i];
        int error = rows_gather(rows, networks, pid, &options->wanted);
        if (error == 0 && options->asked.count)
            error = descriptors_none(pid);
        if (error == 0 || error == DESCRIPTORS_NOT_MEANT || (error == ESRCH && !options->asked.count))
            continue;
        if (options->asked.count || (error != EPERM && error != EACCES)) {
            char number[16];
            snprintf(number, sizeof number, "%d", (int)pid);
            say("process", number, descriptors_why(error));
            result = options->asked.count ? EXIT_UNREACHED : result;
        } else if (!process_is_kernel(pid)) {
            ++*unseen;
        }
    }
    process_list_free(&all);
    return result;
}

/* Whose keepalive is not told is not said to be without one. */
static void keep_those_without(struct rows *rows)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++)
        if (rows->row[i].told != LISTING_NOTHING_TOLD && !rows->row[i].values.keepalive)
            rows->row[kept++] = rows->row[i];
    rows->count = kept;
}

/* How much an ordinary user could not be shown. */
static void say_unseen(unsigned processes, size_t sockets)
{
    char why[WHY_SIZE];
    if (!sockets)
        return;
    snprintf(why, sizeof why, "%u process%s could not be looked into: of %zu TCP socket%s the options are not known",
             processes, processes == 1 ? "" : "es", sockets, sockets == 1 ? "" : "s");
    say("list", NULL, why);
}

static void write_out(void *context, const char *text, size_t length)
{
    (void)context;
    fwrite(text, 1, length, stdout);
}

static void print(const struct options *options, struct rows *rows, bool again)
{
    struct listing_style style = style_of_output(options);
    struct listing listing = {rows->row, rows->count};
    if (options->watch && style.columns)
        printf("\033[H\033[2J");
    else if (again && !options->json)
        putchar('\n');
    if (options->openmetrics) {
        if (rows->count)
            qsort(rows->row, rows->count, sizeof *rows->row, listing_compare);
        listing_openmetrics(&listing, write_out, NULL);
    } else if (options->json) {
        listing_json(&listing, write_out, NULL);
    } else {
        listing_table(&listing, &style, write_out, NULL);
    }
}

static int show(const struct options *options, bool again)
{
    struct rows rows = {0};
    struct networks networks = {0};
    unsigned unseen = 0;
    int result = gather(options, &rows, &networks, &unseen);
    size_t known = rows.count, others;
    if (!options->asked.count && !options->wanted.programs)
        rows_gather_others(&rows, &networks, &options->wanted);
    others = rows.count - known;
    if (options->off)
        keep_those_without(&rows);
    print(options, &rows, again);
    if (!standard_flush())
        result = EXIT_OURS;
    if (unseen && !again)
        say_unseen(unseen, others);
    rows_free(&rows);
    networks_free(&networks);
    return result;
}

int list_main(int argc, char **argv)
{
    static struct options options;
    int result = read_options(&options, argc, argv);
    if (result == GO_ON) {
        result = show(&options, false);
        while (options.watch && result == 0) {
            poll(NULL, 0, REDRAW_MS);
            result = show(&options, true);
        }
    }
    process_list_free(&options.asked);
    return result;
}
