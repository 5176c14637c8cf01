/* log: the lines of TCPALIVE_LOG=info and debug, whole. */
#include "core/log.h"
#include "unit.h"
#include <string.h>

static const char *line_of(const struct reading *reading, enum role role, const char *peer, uint16_t port)
{
    uint8_t bytes[16] = {0};
    struct facts facts = {.role = role, .port = port};
    struct plan plan;
    struct text text = scratch();
    if (peer && !address_parse_v6(span_of(peer), bytes) && address_parse_v4(span_of(peer), bytes))
        facts.peer = address_v4(bytes);
    else if (peer)
        facts.peer = address_v6(bytes);
    plan_make(&reading->policy, &facts, &plan);
    log_connection(&text, &facts, &plan, 5);
    return text.at;
}

static void a_connection_is_a_line(void **state)
{
    (void)state;
    const struct reading *reading =
        READ("--rules=connect *:5432 idle=30s probes=3 user-timeout=match; accept 10.0.0.0/8:22 off");
    assert_string_equal(
        line_of(reading, ROLE_CONNECT, "10.0.0.1", 5432),
        "tcpalive: connect 10.0.0.1:5432 fd 5: idle 30s, interval 10s, probes 3, user-timeout 60s (rule 1)\n");
    assert_string_equal(line_of(reading, ROLE_CONNECT, "2001:db8::1", 80),
                        "tcpalive: connect [2001:db8::1]:80 fd 5: idle 60s, interval 10s, probes 6\n");
    assert_string_equal(line_of(reading, ROLE_ACCEPT, "10.0.0.1", 22),
                        "tcpalive: accept 10.0.0.1 on port 22 fd 5: off (rule 2)\n");
    assert_string_equal(line_of(reading, ROLE_ACCEPT, "::ffff:11.0.0.1", 22),
                        "tcpalive: accept 11.0.0.1 on port 22 fd 5: idle 60s, interval 10s, probes 6\n");
    assert_string_equal(line_of(reading, ROLE_LISTEN, NULL, 22),
                        "tcpalive: listen on port 22 fd 5: the rules decide once the connection is known\n");
    assert_string_equal(line_of(reading, ROLE_MADE, NULL, 0),
                        "tcpalive: socket fd 5: the rules decide once the connection is known\n");
    reading = READ("KEEPIDLE=0", "KEEPINTVL=0", "KEEPCNT=0");
    assert_string_equal(line_of(reading, ROLE_LISTEN, NULL, 80),
                        "tcpalive: listen on port 80 fd 5: keepalive as the system times it\n");
}

static void connections_are_news_sockets_are_details(void **state)
{
    (void)state;
    assert_int_equal(log_level_of(&(struct facts){.role = ROLE_CONNECT}), LEVEL_INFO);
    assert_int_equal(log_level_of(&(struct facts){.role = ROLE_ACCEPT}), LEVEL_INFO);
    assert_int_equal(log_level_of(&(struct facts){.role = ROLE_MADE}), LEVEL_DEBUG);
    assert_int_equal(log_level_of(&(struct facts){.role = ROLE_LISTEN}), LEVEL_DEBUG);
}

static void answers_and_refusals_are_lines(void **state)
{
    (void)state;
    struct text text = scratch();
    log_answer(&text, MODE_ENFORCE, 5, "TCP_KEEPIDLE", SETTING_IDLE, 15000, 60000);
    assert_string_equal(text.at, "tcpalive: fd 5: TCP_KEEPIDLE 15s asked, 60s stands (enforce)\n");
    text = scratch();
    log_answer(&text, MODE_TIGHTEN, 7, "TCP_USER_TIMEOUT", SETTING_USER_TIMEOUT, VALUE_OFF, 1500);
    assert_string_equal(text.at, "tcpalive: fd 7: TCP_USER_TIMEOUT off asked, 1500ms stands (tighten)\n");
    text = scratch();
    log_answer(&text, MODE_RESPECT, 7, "TCP_KEEPCNT", SETTING_PROBES, 3, 3);
    assert_string_equal(text.at, "tcpalive: fd 7: TCP_KEEPCNT 3 asked, 3 stands (respect)\n");
    text = scratch();
    log_refusal(&text, 5, 22);
    assert_string_equal(text.at, "tcpalive: fd 5: the system refused an option: error 22\n");
}

static void a_death_says_who_and_why(void **state)
{
    const uint8_t peer[] = {10, 0, 0, 1};
    struct log_ending ending = {.program = "ps\033ql",
                                .pid = 71,
                                .fd = 5,
                                .peer = address_v4(peer),
                                .port = 5432,
                                .silence = 6400,
                                .unanswered = 3};
    (void)state;
    struct text text = scratch();
    log_end(&text, &ending);
    assert_string_equal(text.at, "tcpalive: 10.0.0.1:5432 of 71 ps?ql fd 5: ended by keepalive, no answer for 6s, "
                                 "3 probes unanswered\n");
    ending.unanswered = 1;
    text = scratch();
    log_end(&text, &ending);
    assert_non_null(strstr(text.at, ", 1 probe unanswered\n"));
    ending.by_bound = true;
    ending.unanswered = 4;
    text = scratch();
    log_end(&text, &ending);
    assert_non_null(strstr(text.at, ": ended by its user timeout, no answer for 6s, data sent again 4 times\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_death_says_who_and_why),
        cmocka_unit_test(a_connection_is_a_line),
        cmocka_unit_test(connections_are_news_sockets_are_details),
        cmocka_unit_test(answers_and_refusals_are_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
