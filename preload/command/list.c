#include "preload/command/list.h"
#include "core/filter.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
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
    const char *programs; /* NULL: all */
    bool json, openmetrics, watch, off;
};

static bool take_switch(struct options *options, char **argv, int *at)
{
    const struct {
        const char *word;
        bool *value;
    } switches[] = {{"--json", &options->json},
                    {"--openmetrics", &options->openmetrics},
                    {"--watch", &options->watch},
                    {"--off", &options->off},
                    {"--anyway", &options->wanted.anyway}};
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        if (argument_word(argv, at, switches[i].word))
            return *switches[i].value = true;
    return false;
}

static int take_argument(struct options *options, int argc, char **argv, int *at)
{
    const char *word = argv[*at], *value;
    char buffer[WHY_SIZE];
    struct text why = text_in(buffer, sizeof buffer);
    pid_t pid;
    if (take_switch(options, argv, at))
        return 0;
    if (argument_value(argc, argv, at, "--pid", &value)) {
        bool added = process_parse(value, &pid) && process_list_add(&options->asked, pid);
        return added ? 0 : say_usage("--pid", value, "must be a process number");
    }
    if (argument_value(argc, argv, at, "--port", &value))
        return ports_parse(span_of(value), &options->wanted.ports, &why) ? 0 : say_usage("--port", value, buffer);
    if (!argument_value(argc, argv, at, "--program", &value))
        return say_usage("list", word, "no such option");
    options->programs = value;
    return filter_check(span_of(value), &why) ? 0 : say_usage("--program", value, buffer);
}

static int read_options(struct options *options, int argc, char **argv)
{
    int result = 0;
    for (int at = 1; result == 0 && at < argc;)
        result = take_argument(options, argc, argv, &at);
    if (result == 0 && options->json && options->openmetrics)
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
        if (options->programs && !process_admitted(pid, options->programs))
            continue;
        int error = rows_gather(rows, networks, pid, &options->wanted);
        if (error == 0 || (error == ESRCH && !options->asked.count))
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
    if (!options->asked.count && !options->programs)
        rows_gather_others(&rows, &networks, &options->wanted);
    others = rows.count - known;
    if (options->off)
        keep_those_without(&rows);
    print(options, &rows, again);
    if (fflush(stdout) != 0)
        result = say_error("list", "standard output", errno);
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
    if (result == 0) {
        result = show(&options, false);
        while (options.watch && result == 0) {
            poll(NULL, 0, REDRAW_MS);
            result = show(&options, true);
        }
    }
    process_list_free(&options.asked);
    return result;
}
