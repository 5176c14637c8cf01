/* filter: TCPALIVE_PROGRAMS, which programs the library acts in. */
#include "core/filter.h"
#include "unit.h"

static const struct {
    const char *patterns, *name, *other;
    bool admitted;
} rows[] = {
    {"nginx", "nginx", NULL, true},
    {"nginx", "nginx2", NULL, false},
    {"nginx", "ngin", NULL, false},
    {"nginx", "Nginx", NULL, false},
    {"nginx", "sh", "nginx", true},
    {"nginx", "sh", "dash", false},
    {"nginx, java*", "javac", NULL, true},
    {"nginx , java*", "nginx", NULL, true},
    {"java*", "java", NULL, true},
    {"*", "", NULL, true},
    {"*java", "openjava", NULL, true},
    {"*java", "javaw", NULL, false},
    {"j*v*a", "java", NULL, true},
    {"j*v*a", "jvva", NULL, true},
    {"j*v*a", "jvvb", NULL, false},
    {"*a*a*", "banana", NULL, true},
    {"*a*b", "abab", NULL, true},
    {"*aab", "aaab", NULL, true},
    {"a**b", "ab", NULL, true},
    {"!javac", "javac", NULL, false},
    {"!javac", "java", NULL, true},
    {"! javac", "javac", NULL, false},
    {"!javac,java*", "javac", NULL, false},
    {"java*,!javac", "javac", NULL, false},
    {"java*,!javac", "java", NULL, true},
    {"java*,!javac", "nginx", NULL, false},
    {"python*,!dash", "python3", "dash", false},
    {"!*", "java", NULL, false},
    {"!sh,!bash", "zsh", NULL, true},
    {"nginx,,", "nginx", NULL, true},
    {"a.b", "axb", NULL, false},
    {"prog?", "progs", NULL, false},
};

static void programs_are_admitted_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text why = scratch();
        assert_true(filter_check(span_of(rows[i].patterns), &why));
        if (filter_admits(span_of(rows[i].patterns), rows[i].name, rows[i].other) != rows[i].admitted)
            fail_msg("'%s' and %s", rows[i].patterns, rows[i].name);
    }
}

static void wrong_patterns_are_refused_in_words(void **state)
{
    static const struct {
        const char *patterns, *why;
    } refused[] = {
        {"", "names no program"},
        {" , ,", "names no program"},
        {"nginx,!", "no name behind '!'"},
        {"! ,nginx", "no name behind '!'"},
        {"/usr/sbin/nginx", "programs are named without a folder"},
        {"nginx,!./x", "programs are named without a folder"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct text why = scratch();
        assert_false(filter_check(span_of(refused[i].patterns), &why));
        assert_string_equal(why.at, refused[i].why);
    }
}

static void where_names_have_no_case(void **state)
{
    (void)state;
    assert_true(filter_admits_any_case(span_of("SERVER*, !serverX"), "Server-1", NULL));
    assert_false(filter_admits_any_case(span_of("SERVER*, !serverX"), "SERVERx", NULL));
    assert_true(filter_admits_any_case(span_of("a"), "b", "A"));
    assert_false(filter_admits_any_case(span_of("@"), "`", NULL));
    assert_false(filter_admits(span_of("SERVER"), "server", NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_are_admitted_by_name),
        cmocka_unit_test(wrong_patterns_are_refused_in_words),
        cmocka_unit_test(where_names_have_no_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
