/* check_print: words and JSON of a program that is reached, and of one that is not. */
#include "core/check_print.h"
#include "unit.h"
#include <string.h>

static const struct check_way ways[] = {{"preload", true, "by \"name\""}, {"attach", false, "not while\nit sleeps"}};
static const struct check reached = {.name = "x",
                                     .path = "/bin/x",
                                     .what = "dynamic",
                                     .run = "preload",
                                     .left_out = "its plugins",
                                     .lost = "it clears",
                                     .way = ways,
                                     .ways = 2};
static const struct check lost = {.name = "y\n", .path = "/y\n", .what = "odd", .way = ways + 1, .ways = 1};

static const char *written(void (*write)(struct text *, const struct check *), const struct check *check)
{
    static char buffer[1024];
    struct text text = text_in(buffer, sizeof buffer);
    write(&text, check);
    return buffer;
}

static void words(void **state)
{
    (void)state;
    assert_string_equal(written(check_write, &reached),
                        "/bin/x: dynamic\n  preload    yes  by \"name\"\n  attach     no   not while\nit sleeps\n"
                        "tcpalive run takes preload\nleft out: its plugins\nnot reached then: it clears\n");
    assert_string_equal(written(check_write, &lost),
                        "/y?: odd\n  attach     no   not while\nit sleeps\ntcpalive run cannot reach y?\n");
}

static void members(void **state)
{
    (void)state;
    assert_string_equal(written(check_write_json, &reached),
                        "{\"path\":\"/bin/x\",\"what\":\"dynamic\",\"run\":\"preload\",\"left_out\":\"its plugins\","
                        "\"lost\":\"it clears\",\"preload\":{\"reached\":true,\"why\":\"by \\\"name\\\"\"},"
                        "\"attach\":{\"reached\":false,\"why\":\"not while\\u000ait sleeps\"}}");
    assert_string_equal(written(check_write_json, &lost),
                        "{\"path\":\"/y\\u000a\",\"what\":\"odd\",\"run\":null,"
                        "\"attach\":{\"reached\":false,\"why\":\"not while\\u000ait sleeps\"}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words), cmocka_unit_test(members)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
