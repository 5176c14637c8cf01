/* text: pieces of somebody else's text, and bounded building. */
#include "unit.h"
#include <string.h>

static void trimming_takes_white_space_only(void **state)
{
    static const struct {
        const char *text, *trimmed;
    } rows[] = {{"", ""}, {"  ", ""}, {" a", "a"}, {"a\t", "a"}, {"\n\v\f\r a b \t", "a b"}, {"a", "a"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        assert_true(span_equals(span_trim(span_of(rows[i].text)), rows[i].trimmed));
}

static void equality_is_of_the_whole(void **state)
{
    (void)state;
    struct span span = {"idle=5", 4};
    assert_true(span_equals(span, "idle"));
    assert_false(span_equals(span, "idle=5"));
    assert_false(span_equals(span, "idl"));
    assert_true(span_starts(span, "idl"));
    assert_true(span_starts(span, ""));
    assert_false(span_starts(span, "idle="));
    assert_false(span_starts((struct span){"", 0}, "i"));
}

static void cutting_leaves_the_rest(void **state)
{
    (void)state;
    struct span rest = span_of(" a ;; b c;");
    const char *const pieces[] = {"a", "", "b c"};
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        assert_true(span_equals(span_cut(&rest, ';'), pieces[i]));
    assert_int_equal(rest.length, 0);
    assert_int_equal(span_cut(&rest, ';').length, 0);
    struct span words = span_of("  any\t*:80  off ");
    assert_true(span_equals(span_word(&words), "any"));
    assert_true(span_equals(span_word(&words), "*:80"));
    assert_true(span_equals(span_word(&words), "off"));
    assert_int_equal(span_word(&words).length, 0);
}

static void numbers_are_digits_up_to_the_limit(void **state)
{
    static const struct {
        const char *text;
        uint64_t limit;
        bool fine;
        uint64_t number;
    } rows[] = {
        {"0", 0, true, 0},
        {"1", 0, false, 0},
        {"9", 3, false, 0},
        {"99", 3, false, 0},
        {"3", 3, true, 3},
        {"255", 255, true, 255},
        {"256", 255, false, 0},
        {"0255", 255, true, 255},
        {"", 9, false, 0},
        {"-1", 9, false, 0},
        {"+1", 9, false, 0},
        {"1 ", 9, false, 0},
        {"0x1", 999, false, 0},
        {"1.5", 999, false, 0},
        {"1e3", 9999, false, 0},
        {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, false, 0},
        {"99999999999999999999999999", UINT64_MAX, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t number = 0;
        bool fine = span_number(span_of(rows[i].text), rows[i].limit, &number);
        if (fine != rows[i].fine || (fine && number != rows[i].number))
            fail_msg("'%s' up to %llu", rows[i].text, (unsigned long long)rows[i].limit);
    }
}

static void building_never_passes_the_end(void **state)
{
    (void)state;
    char buffer[8] = "xxxxxxx";
    struct text text = text_in(buffer, 6);
    assert_string_equal(buffer, "");
    text_add(&text, "abc");
    text_add_number(&text, -12345);
    assert_string_equal(buffer, "abc-1");
    text_pad(&text, 0, 100);
    text_add_char(&text, '!');
    assert_string_equal(buffer, "abc-1");
    assert_int_equal(text.used, 5);
    assert_memory_equal(buffer + 6, "x", 2);
    text = text_in(buffer, 1);
    text_add(&text, "abc");
    assert_string_equal(buffer, "");
}

static void numbers_are_written_whole(void **state)
{
    static const struct {
        int64_t number;
        const char *text;
    } rows[] = {
        {0, "0"}, {-1, "-1"}, {10, "10"}, {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct text text = scratch();
        text_add_number(&text, rows[i].number);
        assert_string_equal(text.at, rows[i].text);
    }
}

static void padding_counts_from_the_line(void **state)
{
    (void)state;
    struct text text = scratch();
    text_add(&text, "first\nab");
    text_pad(&text, 6, 4);
    text_add(&text, "|");
    text_pad(&text, 6, 4);
    assert_string_equal(text.at, "first\nab  |");
}

static void an_error_is_one_line(void **state)
{
    (void)state;
    struct text text = scratch();
    text_complain(&text, "WHAT", "OBJECT", "why");
    assert_string_equal(text.at, "tcpalive: WHAT 'OBJECT': why\n");
    text = scratch();
    text_complain(&text, "run", NULL, "needs a PROGRAM");
    assert_string_equal(text.at, "tcpalive: run: needs a PROGRAM\n");
    text = scratch();
    text_complain(&text, "x", "a\nb\x7f\x1b[31m\xc3\xa9", "y");
    assert_string_equal(text.at, "tcpalive: x 'a?b??[31m\xc3\xa9': y\n");
}

static void foreign_text_commands_no_terminal(void **state)
{
    static const struct {
        const char *given, *written;
    } rows[] = {
        {"plain name", "plain name"},
        {"\x1b]0;owned\a", "?]0;owned?"},
        {"a\nb\tc\x7f", "a?b?c?"},
        {"\x9b"
         "31mRED",
         "?31mRED"}, /* CSI as one byte */
        {"\xc2\x9b"
         "31mRED",
         "?31mRED"},                                /* U+009B */
        {"\xc2\x80\xc2\x9f\xc2\xa0", "??\xc2\xa0"}, /* C1 ends before the no-break space */
        {"\xe2\x80\x8f\xe2\x80\xa8\xd8\x9c\xe2\x80\xaf",
         "???\xe2\x80\xaf"},                      /* turn a line around, end it; the last is a space */
        {"caf\xc3\xa9\xff", "caf\xc3\xa9?"},      /* a byte that is no UTF-8 */
        {"\xc3", "?"},                            /* cut short */
        {"\xe0\x9b\x9b", "???"},                  /* overlong */
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"}, /* four bytes */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text text = scratch();
        text_add_foreign(&text, span_of(rows[i].given));
        assert_string_equal(text.at, rows[i].written);
    }
}

static void a_cut_leaves_whole_characters(void **state)
{
    char object[300];
    (void)state;
    memset(object, 'o', sizeof object);
    memcpy(object + 199, "\xc3\xa9tail", 7);
    struct text text = scratch();
    text_add_quoted(&text, span_of(object));
    assert_string_equal(text.at + 1 + 198, "o...'");
}

static void long_objects_are_cut_short(void **state)
{
    (void)state;
    char object[300], expected[300] = "'";
    memset(object, 'o', sizeof object - 1);
    object[200] = '\0';
    struct text text = scratch();
    text_add_quoted(&text, span_of(object));
    memset(expected + 1, 'o', 200);
    strcpy(expected + 201, "'");
    assert_string_equal(text.at, expected);
    object[200] = 'o';
    object[201] = '\0';
    text = scratch();
    text_add_quoted(&text, span_of(object));
    strcpy(expected + 201, "...'");
    assert_string_equal(text.at, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trimming_takes_white_space_only),   cmocka_unit_test(equality_is_of_the_whole),
        cmocka_unit_test(cutting_leaves_the_rest),           cmocka_unit_test(numbers_are_digits_up_to_the_limit),
        cmocka_unit_test(building_never_passes_the_end),     cmocka_unit_test(numbers_are_written_whole),
        cmocka_unit_test(padding_counts_from_the_line),      cmocka_unit_test(an_error_is_one_line),
        cmocka_unit_test(foreign_text_commands_no_terminal), cmocka_unit_test(a_cut_leaves_whole_characters),
        cmocka_unit_test(long_objects_are_cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
