/* explain: golden texts of the policy in force and the arithmetic behind them. */
#include "core/explain.h"
#include "core/middlebox.h"
#include "core/outlook.h"
#include "unit.h"
#include <stdlib.h>
#include <string.h>

#define RETRANSMITS "about 15 minutes on Linux"

static char buffer[EXPLAIN_SIZE];

static char *explained(const struct reading *reading)
{
    struct text text = text_in(buffer, sizeof buffer);
    explain_write(&text, &reading->policy, &untouched, RETRANSMITS);
    return buffer;
}

/* Everything before the idle limits, which have a test of their own. */
static char *head_of(const struct reading *reading)
{
    char *limits = strstr(explained(reading), "\nIdle limits");
    assert_non_null(limits);
    *limits = '\0';
    return buffer;
}

#define UNBOUNDED                                                                                                      \
    "With data in flight, the system's retransmissions decide, " RETRANSMITS " (user-timeout bounds "                  \
    "it).\n\n"

static void the_default_policy(void **state)
{
    (void)state;
    assert_string_equal(head_of(READ(NULL)), "Settings, and where each comes from:\n"
                                             "  idle            60s       default\n"
                                             "  interval        10s       default\n"
                                             "  probes          6         default\n"
                                             "  user-timeout    off       default\n"
                                             "  mode            enforce   default\n"
                                             "\n"
                                             "An idle connection is probed after 60s of silence.\n"
                                             "A dead peer of an idle connection is noticed after 120s.\n" UNBOUNDED
                                             "  |-------- quiet --------|---------- probes -----------| dead\n"
                                             "  |                       !    !    !    !    !    !    X\n"
                                             "  0s                      60s                           120s\n");
}

static void a_policy_of_many_sources(void **state)
{
    (void)state;
    assert_string_equal(head_of(READ("--survive=aws-nlb", "KEEPCNT=3", "TCPALIVE_USER_TIMEOUT=match",
                                     "TCPALIVE_PROGRAMS=a,b", "--rules=connect *:80 idle=5s; accept 10.0.0.0/8 off")),
                        "Settings, and where each comes from:\n"
                        "  idle            175s      survive 350s\n"
                        "  interval        35s       survive 350s\n"
                        "  probes          3         KEEPCNT of libkeepalive\n"
                        "  user-timeout    280s      TCPALIVE_USER_TIMEOUT\n"
                        "  survive         aws-nlb   --survive\n"
                        "  mode            enforce   default\n"
                        "  rules           connect *:80 idle=5s; accept 10.0.0.0/8 off --rules\n"
                        "  programs        a,b       TCPALIVE_PROGRAMS\n"
                        "\n"
                        "An idle connection is probed after 175s of silence.\n"
                        "A dead peer of an idle connection is noticed after 280s.\n"
                        "With data in flight, the connection ends when nothing is acknowledged for 280s, also where "
                        "a live peer stops reading.\n\n"
                        "  |-------- quiet --------|--- probes ---| dead\n"
                        "  |                       !    !    !    X\n"
                        "  0s                      175s           280s\n"
                        "\n"
                        "Rules, the first that matches decides:\n"
                        "  1  connect *:80               probed after 5s, dead after 110s\n"
                        "  2  accept 10.0.0.0/8          off\n");
}

/* What tests/labs/wire.md shows: idle in every way, data in flight where somebody looks at it. */
static void detect_is_told_for_each_way(void **state)
{
    (void)state;
    assert_non_null(strstr(
        head_of(READ("--detect=30s")),
        "\nAn idle connection is probed after 15s of silence.\n"
        "\n"
        "A dead peer is noticed after\n"
        "  method          idle    data in flight\n"
        "  preload         30s     the system's retransmissions decide, " RETRANSMITS " (user-timeout bounds it)\n"
        "  supervise       30s     30s, and at most a second and the kernel's next retransmission more\n"
        "  both            30s     as supervise\n"
        "  attach          30s     as preload\n"
        "  attach --watch  30s     as supervise\n"
        "  cgroup          30s     as supervise (Linux 5.10)\n"
        "A live peer whose window stays closed is left in peace. For one that dies behind it, supervise, both, "
        "attach --watch need\n"
        "30s and the kernel's next probe of the window, the third unanswered at least; with the others, its "
        "retransmissions decide.\n"
        "\n"
        "  |---"));
    struct text text = text_in(buffer, sizeof buffer);
    explain_write_json(&text, &READ("--detect=30s")->policy, &untouched, RETRANSMITS);
    assert_non_null(strstr(buffer, "\"in_flight\":{\"preload\":null,\"supervise\":30,\"both\":30,\"attach\":null,"
                                   "\"attach --watch\":30,\"cgroup\":30},"));
}

/* One table for all rules that come to the same, none for those that come to what the plain settings do. */
static void a_rules_own_detect_is_told_for_each_way(void **state)
{
    (void)state;
    const struct policy *policy =
        &READ("--detect=30s", "--rules=connect *:1 detect=10s; any *:2 off; any *:3 syncnt=3;"
                              "any *:4 detect=10s; any *:5 user-timeout=5s; any *:6 detect=20s")
             ->policy;
    struct text text = text_in(buffer, sizeof buffer);
    explain_write(&text, policy, &untouched, RETRANSMITS);
    const char *first = strstr(buffer, "\n  Under rule ");
    assert_non_null(first);
    assert_memory_equal(first,
                        "\n  Under rule 1, 4: a dead peer is noticed after\n"
                        "    method          idle    data in flight\n",
                        strlen("\n  Under rule 1, 4: a dead peer is noticed after\n"));
    assert_non_null(strstr(first, "    cgroup          10s     as supervise (Linux 5.10)\n"));
    const char *second = strstr(first + 1, "\n  Under rule ");
    assert_non_null(second);
    assert_memory_equal(second, "\n  Under rule 6: ", strlen("\n  Under rule 6: "));
    assert_null(strstr(second + 1, "\n  Under rule "));
    text = text_in(buffer, sizeof buffer);
    explain_write_json(&text, policy, &untouched, RETRANSMITS);
    assert_non_null(strstr(strstr(buffer, "\"rules\""), "\"cgroup\":10}},{\"rule\":\"any *:2\",\"off\":true},"));
    assert_non_null(strstr(buffer, "\"in_flight\":{\"preload\":5,\"supervise\":5,"));
}

/* Where the library is the only way. */
static void no_ways_are_told_elsewhere(void **state)
{
    (void)state;
    struct text text = text_in(buffer, sizeof buffer);
    const struct policy *policy = &READ("--detect=30s")->policy;
    explain_write(&text, policy, &untouched, NULL);
    assert_non_null(strstr(buffer,
                           "is noticed after 30s.\n"
                           "With data in flight, the system's retransmissions decide (user-timeout bounds it).\n"));
    text = text_in(buffer, sizeof buffer);
    explain_write_json(&text, policy, &untouched, NULL);
    assert_null(strstr(buffer, "in_flight"));
}

static void many_probes_are_not_all_drawn(void **state)
{
    (void)state;
    assert_non_null(strstr(head_of(READ("--probes=20")),
                           "  |-------- quiet --------|------------------ probes ------------------| dead\n"
                           "  |                       !    !    !    !    !    !    !    ! .. !    X\n"
                           "  0s                      60s                                          260s\n"));
    assert_non_null(strstr(head_of(READ("--probes=1")), "  |-------- quiet --------|----| dead\n"
                                                        "  |                       !    X\n"
                                                        "  0s                      60s  70s\n"));
}

static void off_is_one_line(void **state)
{
    (void)state;
    assert_string_equal(explained(READ("TCPALIVE=off")), "tcpalive is off: TCPALIVE\n");
    assert_string_equal(explained(READ("DD_USE_KEEPALIVE=0")), "tcpalive is off: DD_USE_KEEPALIVE of libdontdie\n");
}

static void sources_are_named(void **state)
{
    static const struct {
        const char *given[3];
        const char *source;
    } rows[] = {
        {{NULL}, "default"},
        {{"TCPALIVE_IDLE=60s"}, "TCPALIVE_IDLE"},
        {{"--idle=60s"}, "--idle"},
        {{"KEEPIDLE=60"}, "KEEPIDLE of libkeepalive"},
        {{"TCP_KEEPIDLE=60"}, "TCP_KEEPIDLE of libkeepalive of 2019"},
        {{"--idle=1500ms"}, "--idle, rounded up from 1500ms"},
        {{"TCPALIVE_IDLE=500ms"}, "TCPALIVE_IDLE, rounded up from 500ms"},
        {{"--idle=2000ms"}, "--idle"},
        {{"--idle=system"}, "--idle"},
        {{"--survive=350s"}, "survive 350s"},
        {{"--detect=1m"}, "detect 60s"},
        {{"--survive=350s", "--detect=1m"}, "survive 350s and detect 60s"},
        {{"--survive=350s", "--idle=5s"}, "--idle"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text text = scratch();
        explain_write_source(&text, &read_policy(LINUX_GRAIN, rows[i].given)->policy, SETTING_IDLE);
        assert_string_equal(text.at, rows[i].source);
    }
}

/* Linux, net/ipv4/tcp_timer.c: with a user timeout the count of probes says nothing, only their times do. */
static void death_comes_at_a_probes_time(void **state)
{
    static const struct {
        int32_t idle, interval, probes, user_timeout, dead_after, survives_over;
    } rows[] = {
        {60000, 10000, 6, VALUE_OFF, 120000, 80000},
        {60000, 10000, 6, VALUE_SYSTEM, 120000, 80000},
        {60000, 10000, 6, 1, 70000, 80000},
        {60000, 10000, 6, 70000, 70000, 80000},
        {60000, 10000, 6, 70001, 80000, 80000},
        {60000, 10000, 6, 120000, 120000, 80000},
        {60000, 10000, 6, 300000, 300000, 80000},
        {VALUE_SYSTEM, VALUE_SYSTEM, VALUE_SYSTEM, VALUE_OFF, 7875000, 7350000},
        {VALUE_UNSET, 10000, 6, VALUE_UNSET, 7260000, 7220000},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct profile target = {{rows[i].idle, rows[i].interval, rows[i].probes, rows[i].user_timeout}, VALUE_UNSET};
        struct outlook outlook = outlook_of(&target, &untouched);
        assert_int_equal(outlook.dead_after, rows[i].dead_after);
        assert_int_equal(outlook.survives_over, rows[i].survives_over);
    }
    struct profile longest = {{32767000, 32767000, 127, VALUE_OFF}, VALUE_UNSET};
    assert_int_equal(outlook_of(&longest, &untouched).dead_after, 32767000LL * 128);
}

static void every_idle_limit_has_its_verdict(void **state)
{
    (void)state;
    char *at = explained(READ("--idle=150s", "--interval=100s")); /* outlives what is longer than 350 s */
    assert_non_null(strstr(at, "\nIdle limits it survives, one lost probe allowed: over 350s\n"));
    for (size_t i = 0; i < middlebox_count; i++) {
        struct text row = scratch();
        int64_t limit = middleboxes[i].idle_limit_ms;
        text_add(&row, limit == 0 ? "\n  n/a  " : limit > 350000 ? "\n  yes  " : "\n  NO   ");
        text_add(&row, middleboxes[i].name);
        text_add_char(&row, ' ');
        at = strstr(at, row.at);
        assert_non_null(at);
        const char *device = strstr(at, middlebox_device(&middleboxes[i]));
        assert_true(device && device < strchr(at + 1, '\n'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_policy),
        cmocka_unit_test(a_policy_of_many_sources),
        cmocka_unit_test(detect_is_told_for_each_way),
        cmocka_unit_test(a_rules_own_detect_is_told_for_each_way),
        cmocka_unit_test(no_ways_are_told_elsewhere),
        cmocka_unit_test(many_probes_are_not_all_drawn),
        cmocka_unit_test(off_is_one_line),
        cmocka_unit_test(sources_are_named),
        cmocka_unit_test(death_comes_at_a_probes_time),
        cmocka_unit_test(every_idle_limit_has_its_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
