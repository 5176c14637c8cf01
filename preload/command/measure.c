#include "preload/command/measure.h"
#include "core/bracket_print.h"
#include "core/duration.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/measure/clients.h"
#include "preload/measure/measure.h"
#include "preload/measure/serve.h"
#include "preload/program/program.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Kernels count idle time in seconds, up to 32767 (tcp(7)). */
enum { SECOND = 1000, FROM_MS = 5000, UP_TO_MS = 2 * 60 * 60 * SECOND, LONGEST_MS = 32767 * SECOND };
enum { CONNECTIONS = 60, CLIENTS = 24 };

static struct measure measure = {.bounds = {.from = FROM_MS, .up_to = UP_TO_MS, .grain = SECOND}, .first_fd = -1};

static bool wrong(const char *what, const char *object, const char *why)
{
    say(what, object, why);
    return false;
}

static bool read_duration(const char *what, const char *word, int32_t *ms)
{
    int64_t value;
    const char *why = duration_parse(span_of(word), &value);
    if (why)
        return wrong(what, word, why);
    if (value < SECOND || value > LONGEST_MS)
        return wrong(what, word, "must be 1s..32767s");
    *ms = (int32_t)duration_round_up(value, SECOND);
    return true;
}

static bool read_connections(const char *word)
{
    uint64_t number;
    if (!span_number(span_of(word), BRACKET_CONNECTIONS_MAX, &number) || number == 0)
        return wrong("--connections", word, "must be 1..64");
    measure.bounds.connections = (uint16_t)number;
    return true;
}

static bool read_direction(const char *word)
{
    bool in = strcmp(word, "in") == 0;
    if (!in && strcmp(word, "out") != 0)
        return wrong("--direction", word, "must be out or in");
    measure.way = in ? &measure_spoken : &measure_silent;
    return true;
}

/* One option, *at behind it. False after it said what is wrong. */
static bool read_option(int argc, char **argv, int *at, bool *json, const char **serve)
{
    const char *value, *word = argv[*at];
    if (argument_word(argv, at, "--json"))
        return *json = true;
    if (argument_value(argc, argv, at, "--serve", serve))
        return **serve || wrong("--serve", *serve, "must be [ADDRESS:]PORT");
    if (argument_value(argc, argv, at, "--up-to", &value))
        return read_duration("--up-to", value, &measure.bounds.up_to);
    if (argument_value(argc, argv, at, "--from", &value))
        return read_duration("--from", value, &measure.bounds.from);
    if (argument_value(argc, argv, at, "--precision", &value))
        return read_duration("--precision", value, &measure.bounds.precision);
    if (argument_value(argc, argv, at, "--connections", &value))
        return read_connections(value);
    if (argument_value(argc, argv, at, "--direction", &value))
        return read_direction(value);
    if (argument_value(argc, argv, at, "--port", &value))
        return argument_port(value, &measure.port) || wrong("--port", value, "must be 1..65535");
    return wrong("measure", word, "no such option");
}

static bool check_bounds(void)
{
    char longest[32];
    struct text text = text_in(longest, sizeof longest);
    duration_write(&text, measure.bounds.up_to);
    if (measure.bounds.from > measure.bounds.up_to)
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
    measure.bounds.connections =
        measure.bounds.connections && measure.bounds.connections < CLIENTS ? measure.bounds.connections : CLIENTS;
    return 0;
}

static int prepare_peer(const char *word)
{
    const char *why;
    if (measure.port)
        return say_usage("--port", NULL, "is for measure -- PROGRAM; name the service as HOST:PORT");
    if (!peer_parse(word, false, &measure.peer))
        return say_usage("measure", word, "must be HOST:PORT, an IPv6 address in brackets");
    measure.way = measure.way ? measure.way : &measure_silent;
    measure.bounds.connections = measure.bounds.connections ? measure.bounds.connections : CONNECTIONS;
    measure.first_fd = peer_reach(&measure.peer, &why);
    if (measure.first_fd >= 0)
        return 0;
    say("measure", *measure.peer.written ? measure.peer.written : word, why);
    return EXIT_UNREACHED;
}

static bool print(const char *peer, bool json, bool *answered)
{
    static char buffer[BRACKET_PRINT_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    struct bracket_report report = {.peer = peer,
                                    .address = measure.peer.written,
                                    .in = measure.way == &measure_spoken,
                                    .programs = measure.way == &measure_clients,
                                    .trials = measure.trial,
                                    .count = measure.count,
                                    .bracket = &measure.bracket,
                                    .bounds = &measure.bounds};
    *answered = bracket_answered(&report);
    if (json)
        bracket_write_json(&text, &report);
    else
        bracket_write(&text, &report);
    return fwrite(buffer, 1, text.used, stdout) == text.used && fflush(stdout) == 0;
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
        return say_error("measure", "standard output", errno);
    clients_show_ended();
    return answered ? EXIT_DONE : EXIT_UNREACHED;
}

int measure_main(int argc, char **argv)
{
    const char *serve = NULL;
    bool json = false;
    int at = 1;
    while (at < argc && argv[at][0] == '-' && strcmp(argv[at], "--") != 0)
        if (!read_option(argc, argv, &at, &json, &serve))
            return EXIT_OURS;
    if (serve)
        return at < argc ? say_usage("measure", argv[at], "nothing goes with --serve") : serve_run(serve);
    if (!check_bounds())
        return EXIT_OURS;
    bool program = at < argc && strcmp(argv[at], "--") == 0;
    at += program;
    if (at == argc)
        return say_usage("measure", NULL, "needs HOST:PORT, or -- PROGRAM; see tcpalive measure --help");
    if (!program && at + 1 < argc)
        return say_usage("measure", argv[at + 1], "one HOST:PORT; a PROGRAM comes after --");
    int result = program ? prepare_program(argv + at) : prepare_peer(argv[at]);
    return result ? result : run(argv[at], json);
}
