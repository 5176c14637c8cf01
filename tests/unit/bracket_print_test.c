/* bracket_print: what a measurement comes to, in words and as JSON. */
#include "core/bracket_print.h"
#include "unit.h"
#include <string.h>

static const struct bracket_bounds bounds = {.from = 200000, .up_to = 300000, .grain = 1000, .connections = 60};
static char buffer[BRACKET_PRINT_SIZE];

enum form { WORDS, JSON, PROGRESS };

static const char *printed(struct trial *trials, size_t count, enum form form, bool *answered)
{
    struct bracket bracket;
    struct text text = text_in(buffer, sizeof buffer);
    struct bracket_report report = {.peer = "db:5432",
                                    .address = "192.0.2.1:5432",
                                    .trials = trials,
                                    .count = count,
                                    .bracket = &bracket,
                                    .bounds = &bounds};
    bracket_find(trials, count, bounds.from, &bracket);
    *answered = bracket_answered(&report);
    if (form == WORDS)
        bracket_write(&text, &report);
    else if (form == JSON)
        bracket_write_json(&text, &report);
    else
        bracket_write_progress(&text, &report, 17500);
    return buffer;
}

static void expect(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("not there: %s\n%s", part, text);
}

static struct trial a_limit[] = {
    {.silence = 259000, .outcome = TRIAL_DROPPED, .lost_at = 259000},
    {.silence = 216000, .outcome = TRIAL_HELD, .later = TRIAL_HELD, .proved = 300000},
    {.silence = 300000, .outcome = TRIAL_DROPPED, .lost_at = 300000},
    {.silence = 300000, .outcome = TRIAL_WAITS},
};

static void a_limit_in_words(void **state)
{
    bool answered;
    (void)state;
    const char *text = printed(a_limit, COUNT_OF(a_limit), WORDS, &answered);
    assert_true(answered);
    expect(text, "db:5432 (192.0.2.1:5432)");
    expect(text, "     216s  remembered: its probe was answered\n     259s  lost: its probes got no answer\n");
    expect(text, "The path forgets a connection: between 216s and 259s of silence");
    expect(text, "Azure Load Balancer (azure-lb, 240s)");
    expect(text, "Probes help");
    expect(text, "Use: tcpalive run --survive 216s -- PROGRAM\n");
    assert_null(strstr(text, "aws-nlb"));
}

static void a_limit_as_json(void **state)
{
    bool answered;
    (void)state;
    assert_string_equal(printed(a_limit, COUNT_OF(a_limit), JSON, &answered),
                        "{\"peer\":\"192.0.2.1:5432\",\"direction\":\"out\",\"remembers_s\":216,\"forgets_s\":259,"
                        "\"cause\":\"dropped\",\"probes_help\":true,\"survive\":\"216s\",\"connections\":["
                        "{\"silence_s\":216,\"outcome\":\"held\"},{\"silence_s\":259,\"outcome\":\"dropped\"},"
                        "{\"silence_s\":300,\"outcome\":\"dropped\"},{\"silence_s\":300,\"outcome\":\"waiting\"}]}\n");
}

static void progress_is_a_line(void **state)
{
    bool answered;
    (void)state;
    assert_string_equal(printed(a_limit, COUNT_OF(a_limit), PROGRESS, &answered),
                        "17s: remembers 216s, forgets 259s, 1 wait, the next 300s, the last 300s");
}

static void nothing_known_is_no_answer(void **state)
{
    struct trial waits[] = {{.silence = 200000}, {.silence = 300000}};
    bool answered;
    (void)state;
    expect(printed(waits, COUNT_OF(waits), WORDS, &answered), "Nothing is known yet.\n");
    assert_false(answered);
    expect(printed(waits, COUNT_OF(waits), JSON, &answered),
           "\"remembers_s\":null,\"forgets_s\":null,\"cause\":\"none\",\"probes_help\":null,\"survive\":null");
}

static void a_silence_that_held_before_the_end_is_told(void **state)
{
    struct trial some[] = {{.silence = 200000, .outcome = TRIAL_HELD, .later = TRIAL_HELD}, {.silence = 300000}};
    bool answered;
    (void)state;
    expect(printed(some, COUNT_OF(some), WORDS, &answered), "a silence this long held: 200s");
    assert_false(answered);
    some[1].outcome = TRIAL_HELD;
    expect(printed(some, COUNT_OF(some), WORDS, &answered), "No limit up to 300s.\n");
    assert_true(answered);
}

static void a_service_that_closes_is_told_apart(void **state)
{
    struct trial closed[] = {
        {.silence = 200000, .outcome = TRIAL_HELD, .later = TRIAL_CLOSED},
        {.silence = 250000, .outcome = TRIAL_CLOSED, .unprobed = true, .lost_at = 240004},
        {.silence = 300000, .outcome = TRIAL_CLOSED, .unprobed = true, .lost_at = 240004},
    };
    bool answered;
    (void)state;
    const char *text = printed(closed, COUNT_OF(closed), WORDS, &answered);
    assert_true(answered);
    expect(text, "The service closes a silent client: between 200s and 240s of silence");
    expect(text, "     250s  closed by the service, after 240s\n");
    assert_null(strstr(text, "--survive"));
    expect(printed(closed, COUNT_OF(closed), JSON, &answered),
           "\"forgets_s\":240.004,\"cause\":\"closed\",\"probes_help\":false,\"survive\":null");
}

static void who_is_turned_away_knows_nothing(void **state)
{
    struct trial reset[] = {
        {.silence = 200000, .outcome = TRIAL_RESET, .unprobed = true, .lost_at = 116},
        {.silence = 300000, .outcome = TRIAL_RESET, .unprobed = true, .lost_at = 132},
    };
    bool answered;
    (void)state;
    const char *text = printed(reset, COUNT_OF(reset), WORDS, &answered);
    assert_false(answered);
    expect(text,
           "Connections are reset at once, by the service or something before it: nothing is known of silence.\n");
    assert_null(strstr(text, "The path forgets"));
    reset[0].lost_at = reset[1].lost_at = 150000;
    expect(printed(reset, COUNT_OF(reset), WORDS, &answered), "The path forgets a connection: less than 150s");
    assert_true(answered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_limit_in_words),
        cmocka_unit_test(a_limit_as_json),
        cmocka_unit_test(progress_is_a_line),
        cmocka_unit_test(nothing_known_is_no_answer),
        cmocka_unit_test(a_silence_that_held_before_the_end_is_told),
        cmocka_unit_test(a_service_that_closes_is_told_apart),
        cmocka_unit_test(who_is_turned_away_knows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
