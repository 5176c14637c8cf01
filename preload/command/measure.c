#include "preload/command/measure.h"
#include "core/bracket_print.h"
#include "core/duration.h"
#include "core/ports.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/command/standard.h"
#include "preload/measure/clients.h"
#include "preload/measure/measure.h"
#include "preload/measure/serve.h"
#include "preload/program/program.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Programs at once. */
enum { CLIENTS = 24 };

static struct measure measure = {.first_fd = -1};

static bool wrong(const char *what, const char *object, const char *why)
{
    say(what, object, why);
    return false;
}

static bool read_duration(const char *what, const char *word, int32_t *ms)
{
    const char *why = measurement_read_duration(span_of(word), ms);
    return !why || wrong(what, word, why);
}

static bool read_connections(const char *word)
{
    const char *why = measurement_read_connections(span_of(word), &measure.rows.bounds.connections);
    return !why || wrong("--connections", word, why);
}

static bool read_port(const char *word)
{
    return port_parse(span_of(word), &measure.port) || wrong("--port", word, "must be 1..65535");
}

struct request {
    bool json;
    const char *serve;
    int operand;  /* which word: HOST:PORT, or PROGRAM; 0: none */
    bool program; /* it is behind -- */
};

/* GO_ON, or EXIT_OURS after it said what is wrong. */
static int take_option(struct request *request, const struct arguments *arguments)
{
    const char *value = arguments->value;
    bool fine = true;
    switch (arguments->option) {
    case MEASURE_UP_TO:
        fine = read_duration("--up-to", value, &measure.rows.bounds.up_to);
        break;
    case MEASURE_FROM:
        fine = read_duration("--from", value, &measure.rows.bounds.from);
        break;
    case MEASURE_PRECISION:
        fine = read_duration("--precision", value, &measure.rows.bounds.precision);
        break;
    case MEASURE_CONNECTIONS:
        fine = read_connections(value);
        break;
    case MEASURE_DIRECTION:
        measure.way = arguments->choice ? &measure_spoken : &measure_silent;
        break;
    case MEASURE_PORT:
        fine = read_port(value);
        break;
    case MEASURE_SERVE:
        request->serve = value;
        break;
    default:
        request->json = true;
    }
    return fine ? GO_ON : EXIT_OURS;
}

/* Up to PROGRAM, whose arguments are its own; behind HOST:PORT there may be options. */
static int read_request(struct request *request, int argc, char **argv)
{
    struct arguments arguments = arguments_begin(COMMAND_measure, argc, argv);
    int result = GO_ON;
    while (result == GO_ON && !request->program) {
        enum argument got = arguments_take(&arguments, &result);
        if (got == ARGUMENT_END)
            break;
        if (got == ARGUMENT_OPTION)
            result = take_option(request, &arguments);
        else if (request->operand)
            result = say_usage("measure", arguments.value, "one HOST:PORT; a PROGRAM comes after --");
        else
            request->operand = arguments.at - 1;
        request->program = got == ARGUMENT_OPERAND && arguments.operands;
    }
    return result;
}

static bool check_bounds(void)
{
    char longest[32];
    struct text text = text_in(longest, sizeof longest);
    duration_write(&text, measure.rows.bounds.up_to);
    if (measure.rows.bounds.from > measure.rows.bounds.up_to)
        return wrong("--up-to", longest, "must be at least --from (5s when not given)");
    return true;
}

static int prepare_program(char **program)
{
    static struct program file;
    int error = program_read(program[0], &file);
    if (error) {
        say("program", file.object, strerror(error));
        return program_exit_code(error);
    }
    if (measure.way)
        return say_usage("--direction", NULL, "is for measure HOST:PORT");
    measure.way = &measure_clients;
    measure.program = program;
    measure.rows.bounds.connections = measure.rows.bounds.connections && measure.rows.bounds.connections < CLIENTS
                                          ? measure.rows.bounds.connections
                                          : CLIENTS;
    return 0;
}

static int prepare_peer(const char *word)
{
    const char *why;
    if (measure.port)
        return say_usage("--port", NULL, "is for measure -- PROGRAM; name the service as HOST:PORT");
    if (!host_port_parse(span_of(word), false, &measure.peer.name))
        return say_usage("measure", word, "must be HOST:PORT, an IPv6 address in brackets");
    measure.way = measure.way ? measure.way : &measure_silent;
    measure.rows.bounds.connections =
        measure.rows.bounds.connections ? measure.rows.bounds.connections : MEASUREMENT_CONNECTIONS;
    measure.first_fd = peer_reach(&measure.peer, &why);
    if (measure.first_fd >= 0)
        return 0;
    say("measure", *measure.peer.written ? measure.peer.written : word, why);
    return EXIT_UNREACHED;
}

static int serve(const char *where)
{
    struct peer peer = {0};
    const char *why;
    if (!host_port_parse(span_of(where), true, &peer.name))
        return say_usage("--serve", where, "must be [ADDRESS:]PORT, an IPv6 address in brackets");
    if (serve_run(&peer, &why))
        return EXIT_DONE;
    say("--serve", where, why);
    return EXIT_UNREACHED;
}

static bool print(const char *peer, bool json, bool *answered)
{
    static char buffer[BRACKET_PRINT_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    struct bracket_report report = {.peer = peer,
                                    .address = measure.peer.written,
                                    .in = measure.rows.in,
                                    .programs = measure.way == &measure_clients,
                                    .trials = measure.rows.trial,
                                    .count = measure.rows.count,
                                    .bracket = &measure.rows.bracket,
                                    .bounds = &measure.rows.bounds};
    *answered = bracket_answered(&report);
    if (json)
        bracket_write_json(&text, &report);
    else
        bracket_write(&text, &report);
    say_answer(&text);
    return standard_flush();
}

static int run(const char *peer, bool json)
{
    bool answered;
    int error = measure_run(&measure);
    if (error == EBUSY)
        return say_usage("measure", peer, "another keepalive policy stands on its sockets: measure without it");
    if (error)
        return say_error("measure", peer, error);
    if (!print(peer, json, &answered))
        return EXIT_OURS;
    clients_show_ended(say);
    return answered ? EXIT_DONE : EXIT_UNREACHED;
}

int measure_main(int argc, char **argv)
{
    struct request request = {0};
    measure.rows.bounds = measurement_bounds();
    int result = read_request(&request, argc, argv);
    if (result != GO_ON)
        return result;
    if (request.serve)
        return request.operand ? say_usage("measure", argv[request.operand], "nothing goes with --serve")
                               : serve(request.serve);
    if (!check_bounds())
        return EXIT_OURS;
    if (!request.operand)
        return say_usage("measure", NULL, "needs HOST:PORT, or -- PROGRAM; see tcpalive help measure");
    char **word = argv + request.operand;
    result = request.program ? prepare_program(word) : prepare_peer(*word);
    return result ? result : run(*word, request.json);
}
