/* listing: every column and member from rows that are written out here. */
#include "listing_rows.h"
#include "unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 16 };

static char output[ROOM];

static void collect(void *context, const char *text, size_t length)
{
    struct text *all = context;
    text_add_span(all, (struct span){text, length});
}

static const char *table(const struct listing_row *row, size_t count, struct listing_style style)
{
    struct text all = text_in(output, sizeof output);
    listing_table(&(struct listing){row, count}, &style, collect, &all);
    return output;
}

static const char *json(const struct listing_row *row, size_t count)
{
    struct text all = text_in(output, sizeof output);
    listing_json(&(struct listing){row, count}, collect, &all);
    return output;
}

static void every_column(void **state)
{
    const struct listing_row rows[] = {connection(), listener(), untold()};
    (void)state;
    assert_string_equal(table(rows, 3, (struct listing_style){0}),
                        "PID PROGRAM FD LOCAL          PEER           STATE  KEEPALIVE IDLE INTERVAL PROBES "
                        "USER-TIMEOUT TIMER     NETNS\n"
                        "7   psql    3  10.0.0.1:40000 10.0.0.2:5432  ESTAB  on        60s  10s      6      off        "
                        "  probe 14s 4026531840\n"
                        "7   nginx   3  10.0.0.1:80    *:*            LISTEN off       -    -        -      off        "
                        "  -         4026531840\n"
                        "?   ?       ?  10.0.0.1:80    10.0.0.9:50000 ESTAB  ?         ?    ?        ?      ?          "
                        "  -         ?\n");
    assert_string_equal(
        table(rows, 2, (struct listing_style){0}),
        "PID PROGRAM FD LOCAL          PEER          STATE  KEEPALIVE IDLE INTERVAL PROBES USER-TIMEOUT TIMER\n"
        "7   psql    3  10.0.0.1:40000 10.0.0.2:5432 ESTAB  on        60s  10s      6      off          probe 14s\n"
        "7   nginx   3  10.0.0.1:80    *:*           LISTEN off       -    -        -      off          -\n");
    assert_string_equal(table(NULL, 0, (struct listing_style){0}),
                        "PID PROGRAM FD LOCAL PEER STATE KEEPALIVE IDLE INTERVAL PROBES USER-TIMEOUT TIMER\n");
}

static void every_member(void **state)
{
    struct listing_row rows[] = {connection(), untold()};
    (void)state;
    rows[0].unanswered = 2;
    assert_string_equal(
        json(rows, 2),
        "[{\"pid\":7,\"program\":\"psql\",\"fd\":3,\"local\":\"10.0.0.1:40000\",\"peer\":\"10.0.0.2:5432\","
        "\"state\":\"ESTAB\",\"keepalive\":true,\"idle\":60,\"interval\":10,\"probes\":6,\"user_timeout_ms\":0,"
        "\"timer\":\"probe\",\"timer_ms\":14000,\"unanswered\":2,\"netns\":4026531840},\n"
        " {\"pid\":null,\"program\":null,\"fd\":null,\"local\":\"10.0.0.1:80\",\"peer\":\"10.0.0.9:50000\","
        "\"state\":\"ESTAB\",\"keepalive\":null,\"idle\":null,\"interval\":null,\"probes\":null,"
        "\"user_timeout_ms\":null,\"timer\":null,\"timer_ms\":null,\"unanswered\":0,\"netns\":null}]\n");
    assert_string_equal(json(NULL, 0), "[]\n");
    rows[0].values.value[SETTING_IDLE] = 1500; /* Windows counts in milliseconds */
    rows[0].values.value[SETTING_USER_TIMEOUT] = VALUE_UNSET;
    rows[0].timer = LISTING_TIMER_UNTOLD;
    assert_non_null(strstr(json(rows, 1), "\"idle\":1.500,\"interval\":10,\"probes\":6,\"user_timeout_ms\":null,"
                                          "\"timer\":null,\"timer_ms\":null,\"unanswered\":null,"));
}

static void what_the_kernel_does_next(void **state)
{
    static const struct {
        uint8_t timer;
        uint32_t ms, unanswered;
        const char *cell;
    } rows[] = {
        {LISTING_TIMER_PROBE, 14000, 0, "probe 14s"},
        {LISTING_TIMER_PROBE, 13600, 0, "probe 14s"},
        {LISTING_TIMER_PROBE, 3000, 2, "probe 3s (2 unanswered)"},
        {LISTING_TIMER_PROBE, 2960, 1, "probe 3s (1 unanswered)"},
        {LISTING_TIMER_RESEND, 1200, 3, "resend 1.2s (4th)"},
        {LISTING_TIMER_RESEND, 204, 0, "resend 0.2s (1st)"},
        {LISTING_TIMER_RESEND, 400, 1, "resend 0.4s (2nd)"},
        {LISTING_TIMER_RESEND, 800, 2, "resend 0.8s (3rd)"},
        {LISTING_TIMER_RESEND, 60000, 10, "resend 1m (11th)"},
        {LISTING_TIMER_RESEND, 61000, 20, "resend 1m1s (21st)"},
        {LISTING_TIMER_WINDOW, 8000, 0, "window 8s"},
        {LISTING_TIMER_WINDOW, 8000, 5, "window 8s (5 unanswered)"},
        {LISTING_TIMER_PROBE, 9949, 0, "probe 9.9s"},
        {LISTING_TIMER_PROBE, 9950, 0, "probe 10s"},
        {LISTING_TIMER_PROBE, 0, 0, "probe 0s"},
        {LISTING_TIMER_PROBE, 7199000, 0, "probe 1h59m59s"},
        {LISTING_TIMER_PROBE, 7200000, 0, "probe 2h"},
        {LISTING_TIMER_PROBE, UINT32_MAX, 0, "probe 1193h2m47s"},
        {LISTING_TIMER_NONE, 5, 5, "-"},
        {LISTING_TIMER_UNTOLD, 5, 5, "?"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char wanted[64];
        struct listing_row row = connection();
        row.timer = rows[i].timer;
        row.timer_ms = rows[i].ms;
        row.unanswered = rows[i].unanswered;
        snprintf(wanted, sizeof wanted, " %s\n", rows[i].cell);
        const char *line = strchr(table(&row, 1, (struct listing_style){0}), '\n') + 1;
        assert_string_equal(line + strlen(line) - strlen(wanted), wanted);
    }
}

static void states_are_named_as_ss_does(void **state)
{
    (void)state;
    assert_string_equal(listing_state_name(1), "ESTAB");
    assert_string_equal(listing_state_name(2), "SYN-SENT");
    assert_string_equal(listing_state_name(5), "FIN-WAIT-2");
    assert_string_equal(listing_state_name(7), "UNCONN");
    assert_string_equal(listing_state_name(8), "CLOSE-WAIT");
    assert_string_equal(listing_state_name(11), "CLOSING");
    assert_string_equal(listing_state_name(LISTING_UNTOLD), "?");
    assert_string_equal(listing_state_name(12), "?");
    assert_string_equal(listing_state_name(255), "?");
}

/* What a system tells of a socket by parts. */
static void half_told_rows(void **state)
{
    struct listing_row row = connection();
    (void)state;
    row.told = LISTING_KEEPALIVE_TOLD;
    assert_non_null(strstr(table(&row, 1, (struct listing_style){0}), " on        ?    ?        ?      ?  "));
    assert_non_null(strstr(json(&row, 1), "\"keepalive\":true,\"idle\":null,"));
    row.values.keepalive = false;
    assert_non_null(strstr(table(&row, 1, (struct listing_style){0}), " off       -    -        -      ?  "));
    row.told = LISTING_ALL_TOLD;
    row.values.value[SETTING_USER_TIMEOUT] = VALUE_UNSET; /* MPTCP has none */
    assert_non_null(strstr(table(&row, 1, (struct listing_style){0}), " off       -    -        -      -  "));
    row.state = LISTING_UNTOLD;
    row.peer.kind = LISTING_END_UNTOLD;
    row.local.port = 0;
    assert_non_null(strstr(json(&row, 1), "\"local\":\"10.0.0.1:*\",\"peer\":null,\"state\":null,"));
    assert_non_null(strstr(table(&row, 1, (struct listing_style){0}), " 10.0.0.1:* ?    ?     off"));
}

static size_t widest(const char *text)
{
    size_t most = 0, now = 0;
    for (; *text; text++) {
        if (*text == '\033')
            text = strchr(text, 'm');
        else if (*text == '\n')
            now = 0;
        else if (((unsigned char)*text & 0xc0) != 0x80 && ++now > most)
            most = now;
    }
    return most;
}

static void it_fits_the_terminal(void **state)
{
    struct listing_row rows[] = {connection(), listener()};
    (void)state;
    strcpy(rows[0].program, "\xc3\xa4\xc3\xb6\xc3\xbc-eine-lange-datenbank");
    size_t natural = widest(table(rows, 2, (struct listing_style){0}));
    assert_true(natural > 110);
    for (unsigned columns = 80; columns < 130; columns++) {
        const char *text = table(rows, 2, (struct listing_style){.columns = columns});
        assert_true(widest(text) <= columns);
        assert_non_null(strstr(text, ":5432 ")); /* of an address the port is kept */
        for (const char *c = text; *c; c++)      /* no character is cut in two */
            assert_true(span_character((struct span){c, strlen(c)}) || ((unsigned char)*c & 0xc0) == 0x80);
    }
    assert_non_null(strstr(table(rows, 2, (struct listing_style){.columns = 85}), "\xc3\xa4\xc3\xb6\xc3\xbc"));
}

static void lines_and_colours(void **state)
{
    struct listing_row rows[] = {connection(), listener(), listener(), untold()};
    (void)state;
    const char *text = table(rows, 4, (struct listing_style){.lines = 5, .colour = true});
    assert_non_null(strstr(text, "... and 2 more\n"));
    assert_int_equal(strncmp(text, "\033[1mPID", 7), 0);
    assert_non_null(strstr(text, "\n\033[31m7   nginx"));
    assert_non_null(strstr(text, "\n7   psql"));
    assert_null(strstr(table(rows, 4, (struct listing_style){.lines = 6, .colour = true}), " more\n"));
    assert_non_null(strstr(output, "\n?   ?"));
}

static void names_command_no_terminal(void **state)
{
    struct listing_row row = connection();
    (void)state;
    strcpy(row.program, "\033]0;x\a\n\x9b"
                        "1m\xc2\x9b\xff");
    const char *text = table(&row, 1, (struct listing_style){0});
    assert_non_null(strstr(text, "?]0;x???1m??"));
    assert_non_null(strstr(json(&row, 1), "\"program\":\"\\u001b]0;x\\u0007\\u000a\\ufffd1m\\u009b\\ufffd\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column),
        cmocka_unit_test(every_member),
        cmocka_unit_test(what_the_kernel_does_next),
        cmocka_unit_test(states_are_named_as_ss_does),
        cmocka_unit_test(half_told_rows),
        cmocka_unit_test(it_fits_the_terminal),
        cmocka_unit_test(lines_and_colours),
        cmocka_unit_test(names_command_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
