/* nearest: what is offered for a slip of the pen, and that nothing is offered for another word. */
#include "core/nearest.h"
#include "core/stray.h"
#include "unit.h"
#include <string.h>

static const char *const names[] = {"run",     "explain", "check",    "list",      "attach",      "user-timeout",
                                    "survive", "probes",  "azure-lb", "azure-nat", "system-clock"};

static void the_nearest_name_is_offered(void **state)
{
    static const struct {
        const char *word, *meant;
    } rows[] = {
        {"rn", "run"},
        {"explian", "explain"},
        {"EXPLAIN", "explain"},
        {"user_timeout", "user-timeout"},
        {"timeout", "user-timeout"},
        {"clock", "system-clock"},
        {"user", "user-timeout"},
        {"probe", "probes"},
        {"azure", "azure-lb"},
        {"azure-na", "azure-nat"},
        {"nat", "azure-nat"},
        {"surviv3", "survive"},
        {"lits", "list"},
        {"", ""},
        {"x", ""},
        {"nginx", ""},
        {"postgres", ""},
        {"a-word-that-is-longer-than-any-name-of-ours", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct nearest nearest = nearest_to(span_of(rows[i].word));
        struct text text = scratch(), wanted = scratch();
        for (size_t name = 0; name < COUNT_OF(names); name++)
            nearest_offer(&nearest, names[name]);
        nearest_add(&text, &nearest, "--");
        if (*rows[i].meant) {
            text_add(&wanted, "; did you mean --");
            text_add(&wanted, rows[i].meant);
            text_add(&wanted, "?");
        }
        assert_string_equal(text.at, wanted.at);
    }
}

static void a_variable_that_is_no_setting_is_told(void **state)
{
    static const struct {
        const char *entry, *line;
    } rows[] = {
        {"TCPALIVE_SURVIVES=aws-nlb", "tcpalive: TCPALIVE_SURVIVES: no such setting; did you mean TCPALIVE_SURVIVE?\n"},
        {"TCPALIVE_IDEL=5s", "tcpalive: TCPALIVE_IDEL: no such setting; did you mean TCPALIVE_IDLE?\n"},
        {"TCPALIVE_USERTIMEOUT",
         "tcpalive: TCPALIVE_USERTIMEOUT: no such setting; did you mean TCPALIVE_USER_TIMEOUT?\n"},
        {"TCPALIVE_=", "tcpalive: TCPALIVE_: no such setting\n"},
        {"TCPALIVE_WHATEVER=1", "tcpalive: TCPALIVE_WHATEVER: no such setting\n"},
        {"TCPALIVE_A\x1b[31m=1", "tcpalive: TCPALIVE_A?[31m: no such setting\n"},
        {"TCPALIVE=off", ""},
        {"TCPALIVE_IDLE=5s", ""},
        {"TCPALIVE_LOG_FILE=x", ""},
        {"TCPALIVES=off", ""},
        {"KEEPIDLE=5", ""},
        {"PATH=TCPALIVE_X=1", ""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text line = scratch();
        assert_int_equal(stray_variable(rows[i].entry, &line), *rows[i].line != 0);
        assert_string_equal(line.at, rows[i].line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_name_is_offered),
        cmocka_unit_test(a_variable_that_is_no_setting_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
