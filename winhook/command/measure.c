#include "winhook/measure/measure.h"
#include "arguments.h"
#include "command.h"
#include "core/bracket_print.h"
#include "say.h"
#include "winhook/measure/serve.h"
#include "winhook/measure/stop.h"
#include <stdio.h>

static struct measure measure;

struct request {
    bool json;
    const char *serve, *peer;
};

/* NULL, or why not. */
static const char *take_value(const struct arguments *arguments)
{
    struct bracket_bounds *bounds = &measure.rows.bounds;
    struct span value = span_of(arguments->value);
    switch (arguments->option) {
    case MEASURE_UP_TO:
        return measurement_read_duration(value, &bounds->up_to);
    case MEASURE_FROM:
        return measurement_read_duration(value, &bounds->from);
    case MEASURE_PRECISION:
        return measurement_read_duration(value, &bounds->precision);
    default:
        return measurement_read_connections(value, &bounds->connections);
    }
}

/* GO_ON, or EXIT_OURS after it said what is wrong. */
static int take_option(struct request *request, const struct arguments *arguments)
{
    const char *why = NULL;
    switch (arguments->option) {
    case MEASURE_DIRECTION:
        measure.rows.in = arguments->choice != 0;
        break;
    case MEASURE_SERVE:
        request->serve = arguments->value;
        break;
    case MEASURE_JSON:
        request->json = true;
        break;
    default:
        why = take_value(arguments);
    }
    return why ? say_usage(commands[COMMAND_measure].options[arguments->option].name, arguments->value, why) : GO_ON;
}

/*
 * What becomes of another program's connections, and whether something is said on them, Windows tells that program
 * alone (a duplicate of a socket's handle is no socket, and its table of connections has no traffic and no reason
 * of an end).
 */
static int refuse_program(const char *program)
{
    return say_usage("measure", program,
                     "needs HOST:PORT: Windows tells nobody else what becomes of a program's connections");
}

static int read_request(const struct command_line *line, struct request *request)
{
    struct arguments arguments = arguments_begin(COMMAND_measure, line);
    int result = GO_ON;
    while (result == GO_ON) {
        enum argument got = arguments_take(&arguments, &result);
        if (got == ARGUMENT_END)
            break;
        if (got == ARGUMENT_OPTION)
            result = take_option(request, &arguments);
        else if (arguments.operands)
            result = refuse_program(arguments.value);
        else if (request->peer)
            result = say_usage("measure", arguments.value, "takes one HOST:PORT, an IPv6 address in brackets");
        else
            request->peer = arguments.value;
    }
    return result;
}

static int print(const char *peer, bool json)
{
    static char buffer[BRACKET_PRINT_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    const struct measurement *rows = &measure.rows;
    struct bracket_report report = {.peer = peer,
                                    .address = measure.peer.written,
                                    .in = rows->in,
                                    .programs = true, /* there is no other way to try: none is offered */
                                    .trials = rows->trial,
                                    .count = rows->count,
                                    .bracket = &rows->bracket,
                                    .bounds = &rows->bounds};
    if (json)
        bracket_write_json(&text, &report);
    else
        bracket_write(&text, &report);
    say_answer(&text);
    return bracket_answered(&report) ? EXIT_DONE : EXIT_UNREACHED;
}

static int serve(const char *where)
{
    struct peer peer = {0};
    if (!host_port_parse(span_of(where), true, &peer.name))
        return say_usage("--serve", where, "must be [ADDRESS:]PORT, an IPv6 address in brackets");
    int error = serve_run(&peer);
    if (error)
        say_error("--serve", where, NULL, (unsigned long)error);
    return error ? EXIT_UNREACHED : EXIT_DONE;
}

static int measure_peer(const struct request *request)
{
    int error = peer_reach(&measure.peer);
    if (error) {
        say_error("measure", *measure.peer.written ? measure.peer.written : request->peer, NULL, (unsigned long)error);
        return EXIT_UNREACHED;
    }
    error = measure_run(&measure);
    if (!error)
        return print(request->peer, request->json);
    say_error("measure", request->peer, NULL, (unsigned long)error);
    return EXIT_OURS;
}

static int check_request(const struct request *request)
{
    const struct bracket_bounds *bounds = &measure.rows.bounds;
    if (request->serve)
        return request->peer ? say_usage("measure", request->peer, "nothing goes with --serve") : GO_ON;
    if (bounds->from > bounds->up_to)
        return say_usage("--up-to", NULL, "must be at least --from (5s when not given)");
    if (!request->peer)
        return say_usage("measure", NULL, "needs HOST:PORT; see tcpalive help measure");
    if (!host_port_parse(span_of(request->peer), false, &measure.peer.name))
        return say_usage("measure", request->peer, "must be HOST:PORT, an IPv6 address in brackets");
    return GO_ON;
}

int measure_main(const struct command_line *line)
{
    struct request request = {0};
    WSADATA data;
    measure.rows.bounds = measurement_bounds();
    measure.rows.bounds.connections = MEASUREMENT_CONNECTIONS;
    int result = read_request(line, &request);
    if (result == GO_ON)
        result = check_request(&request);
    if (result != GO_ON)
        return result;
    int error = WSAStartup(MAKEWORD(2, 2), &data);
    if (error)
        return say_error("measure", NULL, NULL, (unsigned long)error), EXIT_OURS;
    stop_begin();
    return request.serve ? serve(request.serve) : measure_peer(&request);
}
