/* ports: choices of ports and what is refused. */
#include "core/ports.h"
#include "unit.h"

static const char *chosen(const char *text, struct ports *ports)
{
    struct text why = scratch();
    *ports = (struct ports){0};
    return ports_parse(span_of(text), ports, &why) ? NULL : why.at;
}

static void numbers_lists_and_ranges(void **state)
{
    static const struct {
        const char *text;
        int in[3], out[3];
    } rows[] = {
        {"443", {443, 443, 443}, {442, 444, 1}},
        {"80,443", {80, 443, 80}, {79, 81, 65535}},
        {" 80 , 443 ", {80, 443, 80}, {79, 81, 65535}},
        {"8000-8099", {8000, 8050, 8099}, {7999, 8100, 80}},
        {"22,8000 - 8001,65535", {22, 8001, 65535}, {23, 8002, 65534}},
        {"1-65535", {1, 80, 65535}, {0, 0, 0}},
        {"5-5", {5, 5, 5}, {4, 6, 0}},
    };
    (void)state;
    struct ports ports = {0};
    assert_true(ports_has(&ports, 0) && ports_has(&ports, 80)); /* no choice was made */
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_null(chosen(rows[i].text, &ports));
        for (size_t n = 0; n < 3; n++) {
            assert_true(ports_has(&ports, (uint16_t)rows[i].in[n]));
            assert_false(ports_has(&ports, (uint16_t)rows[i].out[n]));
        }
    }
}

static void what_is_no_port(void **state)
{
    static const char *const wrong[] = {
        "",      "0",   "65536", "http",  "80,", ",80",  "-80",   "80-",
        "1-2-3", "0-9", "9-0",   "80;90", "+80", "0x50", "80 90", "99999999999999999999"};
    struct ports ports;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_string_equal(chosen(wrong[i], &ports), "must be 1..65535, and may be several: 80,443 or 8000-8099");
    assert_string_equal(chosen("8099-8000", &ports), "a range goes from the lower port to the higher one");
}

static void a_port_is_a_port(void **state)
{
    static const char *const wrong[] = {"0", "65536", "", "http", "80-81", "99999999999999999999"};
    uint16_t port = 0;
    (void)state;
    assert_true(port_parse(span_of("65535"), &port) && port == 65535);
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(port_parse(span_of(wrong[i]), &port));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_lists_and_ranges),
        cmocka_unit_test(what_is_no_port),
        cmocka_unit_test(a_port_is_a_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
