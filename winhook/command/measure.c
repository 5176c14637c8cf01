#include "arguments.h"
#include "command.h"
#include "core/bracket_print.h"
#include "core/duration.h"
#include "core/host_port.h"
#include "say.h"
#include "silent.h"
#include "winhook/facts.h"
#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, LONGEST_MS = 32767 * SECOND, CONNECTIONS = 60, LOOK_MS = 100, PACE_MS = 25, ROWS_MAX = 5 };

static struct measure {
    struct bracket_bounds bounds;
    struct sockaddr_storage address;
    int length;
    char written[80];
    struct silent silent[BRACKET_CONNECTIONS_MAX];
    struct trial trial[BRACKET_CONNECTIONS_MAX * ROWS_MAX];
    size_t count, row;
    struct bracket bracket;
} measure = {.bounds = {5 * SECOND, 7200 * SECOND, 0, SECOND, CONNECTIONS}};

static volatile LONG stopped;

static BOOL WINAPI stop(DWORD event)
{
    (void)event;
    InterlockedExchange(&stopped, 1);
    return TRUE;
}

static bool read_duration(const char *what, const char *word, int32_t *ms)
{
    int64_t value;
    const char *why = duration_parse(span_of(word), &value);
    if (!why && (value < SECOND || value > LONGEST_MS))
        why = "must be 1s..32767s";
    if (why)
        say_usage(what, word, why);
    else
        *ms = (int32_t)duration_round_up(value, SECOND);
    return !why;
}

static bool read_connections(const char *word)
{
    uint64_t number;
    bool right = span_number(span_of(word), BRACKET_CONNECTIONS_MAX, &number) && number;
    if (right)
        measure.bounds.connections = (uint16_t)number;
    else
        say_usage("--connections", word, "must be 1..64");
    return right;
}

static bool take_option(const struct arguments *arguments, bool *json)
{
    const char *value = arguments->value;
    switch (arguments->option) {
    case MEASURE_UP_TO:
        return read_duration("--up-to", value, &measure.bounds.up_to);
    case MEASURE_FROM:
        return read_duration("--from", value, &measure.bounds.from);
    case MEASURE_PRECISION:
        return read_duration("--precision", value, &measure.bounds.precision);
    case MEASURE_CONNECTIONS:
        return read_connections(value);
    default:
        return *json = true;
    }
}

/* Blocking: is anybody there? 0 or a Winsock error. */
static int try_address(const struct addrinfo *one)
{
    struct text text = text_in(measure.written, sizeof measure.written);
    struct address address;
    uint16_t port;
    SOCKET s = socket(one->ai_family, SOCK_STREAM, IPPROTO_TCP);
    int error = s == INVALID_SOCKET || connect(s, one->ai_addr, (int)one->ai_addrlen) ? WSAGetLastError() : 0;
    if (s != INVALID_SOCKET)
        closesocket(s);
    memcpy(&measure.address, one->ai_addr, one->ai_addrlen);
    measure.length = (int)one->ai_addrlen;
    if (facts_address(one->ai_addr, measure.length, &address, &port)) {
        address_write(&text, &address);
        text_add_char(&text, ':');
        text_add_number(&text, port);
    }
    return error;
}

static bool reach(const char *word, const char *host, uint16_t port)
{
    char number[8];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    snprintf(number, sizeof number, "%u", port);
    int error = getaddrinfo(host, number, &hints, &found), looked = error;
    for (struct addrinfo *one = found; one && (one == found || error); one = one->ai_next)
        error = try_address(one);
    if (!looked)
        freeaddrinfo(found);
    if (error)
        say_error("measure", looked ? word : measure.written, NULL, (unsigned long)error);
    return !error;
}

static int step(ULONGLONG began)
{
    size_t due = (size_t)((GetTickCount64() - began) / PACE_MS) + 1;
    for (size_t at = 0; at < measure.count - measure.row; at++) {
        struct trial *trial = &measure.trial[measure.row + at];
        if (at < due && !trial->begun) {
            int error =
                silent_open(&measure.silent[at], (struct sockaddr *)&measure.address, measure.length, trial->silence);
            if (error)
                return error;
            trial->begun = true;
        }
        if (trial->begun)
            silent_look(&measure.silent[at], trial);
    }
    bracket_find(measure.trial, measure.count, measure.bounds.from, &measure.bracket);
    return 0;
}

static int watch_row(void)
{
    ULONGLONG began = GetTickCount64();
    int error = step(began);
    while (!error && !stopped && !(measure.bracket.settled && measure.bracket.probes_help != ANSWER_PENDING)) {
        Sleep(LOOK_MS);
        error = step(began);
    }
    for (size_t i = measure.row; i < measure.count; i++) {
        silent_close(&measure.silent[i - measure.row]);
        measure.trial[i].ended = true;
        if (!stopped && measure.trial[i].outcome == TRIAL_WAITS)
            measure.trial[i].outcome = TRIAL_NEEDLESS;
    }
    bracket_find(measure.trial, measure.count, measure.bounds.from, &measure.bracket);
    return error;
}

static int run(void)
{
    int32_t silences[BRACKET_CONNECTIONS_MAX];
    size_t count = bracket_next(NULL, true, &measure.bounds, silences);
    int error = 0;
    for (int row = 0; row < ROWS_MAX && count && !error && !stopped; row++) {
        measure.row = measure.count;
        for (size_t i = 0; i < count; i++) {
            measure.silent[i].s = INVALID_SOCKET;
            measure.trial[measure.count++] = (struct trial){.silence = silences[i]};
        }
        error = watch_row();
        count = bracket_next(&measure.bracket, false, &measure.bounds, silences);
    }
    return error;
}

static int print(const char *peer, bool json)
{
    static char buffer[BRACKET_PRINT_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    struct bracket_report report = {.peer = peer,
                                    .address = measure.written,
                                    .trials = measure.trial,
                                    .count = measure.count,
                                    .bracket = &measure.bracket,
                                    .bounds = &measure.bounds};
    if (json)
        bracket_write_json(&text, &report);
    else
        bracket_write(&text, &report);
    if (fwrite(buffer, 1, text.used, stdout) != text.used || fflush(stdout))
        return EXIT_OURS;
    return bracket_answered(&report) ? EXIT_DONE : EXIT_UNREACHED;
}

/* GO_ON, or the exit code to end with; `*peer` is NULL when it is not there or not alone. */
static int read_request(const struct command_line *line, const char **peer, bool *json)
{
    struct arguments arguments = arguments_begin(COMMAND_measure, line);
    int result = GO_ON, operands = 0;
    for (enum argument got; (got = arguments_take(&arguments, &result)) != ARGUMENT_END;) {
        if (got == ARGUMENT_OPERAND) {
            operands++;
            *peer = arguments.value;
        } else if (!take_option(&arguments, json)) {
            return EXIT_OURS;
        }
    }
    if (result == GO_ON && operands > 1)
        return say_usage("measure", *peer, "takes one HOST:PORT, an IPv6 address in brackets");
    return result;
}

static int measure_peer(const char *peer, const char *host, uint16_t port, bool json)
{
    WSADATA data;
    int error = WSAStartup(MAKEWORD(2, 2), &data);
    if (!error && !reach(peer, host, port))
        return EXIT_UNREACHED;
    SetConsoleCtrlHandler(stop, TRUE);
    error = error ? error : run();
    if (!error)
        return print(peer, json);
    say_error("measure", peer, NULL, (unsigned long)error);
    return EXIT_OURS;
}

int measure_main(const struct command_line *line)
{
    char host[HOST_SIZE];
    const char *peer = NULL;
    uint16_t port;
    bool json = false;
    int result = read_request(line, &peer, &json);
    if (result != GO_ON)
        return result;
    if (!peer || !host_port_parse(span_of(peer), false, host, &port))
        return say_usage("measure", peer, "takes one HOST:PORT, an IPv6 address in brackets");
    if (measure.bounds.from > measure.bounds.up_to)
        return say_usage("--up-to", NULL, "must be at least --from (5s when not given)");
    return measure_peer(peer, host, port, json);
}
