#include "preload/command/list.h"
#include "preload/command/arguments.h"
#include "preload/command/list_hidden.h"
#include "preload/command/list_print.h"
#include "preload/command/say.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { REDRAW_MS = 1000 };

struct options {
    struct process_list asked; /* empty: all */
    uint16_t port;
    bool json, watch, anyway;
};

static int read_options(struct options *options, int argc, char **argv)
{
    const char *value;
    pid_t pid;
    for (int at = 1; at < argc;) {
        const char *word = argv[at];
        if (argument_word(argv, &at, "--json")) {
            options->json = true;
        } else if (argument_word(argv, &at, "--watch")) {
            options->watch = true;
        } else if (argument_word(argv, &at, "--anyway")) {
            options->anyway = true;
        } else if (argument_value(argc, argv, &at, "--pid", &value)) {
            if (!process_parse(value, &pid) || !process_list_add(&options->asked, pid))
                return say_usage("--pid", value, "must be a process number");
        } else if (argument_value(argc, argv, &at, "--port", &value)) {
            if (!argument_port(value, &options->port))
                return say_usage("--port", value, "must be 1..65535");
        } else {
            return say_usage("list", word, "no such option");
        }
    }
    return 0;
}

static struct list_style style_of_output(const struct options *options)
{
    struct winsize size;
    struct list_style style = {0};
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
        return style;
    style.columns = size.ws_col;
    style.lines = options->watch ? size.ws_row : 0;
    style.colour = !(no_colour && *no_colour) && !(terminal && strcmp(terminal, "dumb") == 0);
    return style;
}

/* 0, or 1 when a process that was asked for could not be looked into. */
static int gather(const struct options *options, struct rows *rows, unsigned *unseen)
{
    struct process_list all = {0};
    const struct process_list *processes = options->asked.count ? &options->asked : &all;
    if (!options->asked.count && !process_list_all(&all))
        say("list", "/proc", strerror(errno));
    int result = 0;
    for (size_t i = 0; i < processes->count; i++) {
        pid_t pid = processes->pid[i];
        int error = rows_gather(rows, pid, options->port, options->anyway);
        if (error == 0 || (error == ESRCH && !options->asked.count))
            continue;
        if (options->asked.count || (error != EPERM && error != EACCES)) {
            char number[16];
            snprintf(number, sizeof number, "%d", (int)pid);
            say("process", number, descriptors_why(error));
            result = options->asked.count ? 1 : result;
        } else if (!process_is_kernel(pid)) {
            ++*unseen;
        }
    }
    process_list_free(&all);
    return result;
}

static int show(const struct options *options, bool again)
{
    struct rows rows = {0};
    unsigned unseen = 0;
    struct list_style style = style_of_output(options);
    int result = gather(options, &rows, &unseen);
    if (options->watch && style.columns)
        printf("\033[H\033[2J");
    else if (again && !options->json)
        putchar('\n');
    if (options->json)
        list_print_json(&rows);
    else
        list_print_table(&rows, &style);
    fflush(stdout);
    if (unseen && !again)
        list_hidden_say(unseen, &rows, options->port);
    rows_free(&rows);
    return result;
}

int list_main(int argc, char **argv)
{
    struct options options = {0};
    int result = read_options(&options, argc, argv);
    if (result == 0) {
        result = show(&options, false);
        while (options.watch && result == 0 && !ferror(stdout)) {
            poll(NULL, 0, REDRAW_MS);
            result = show(&options, true);
        }
    }
    process_list_free(&options.asked);
    return result;
}
