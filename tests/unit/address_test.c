/* address: read as inet_pton(3) reads it, written as RFC 5952 says. */
#include "core/address.h"
#include "unit.h"
#include <arpa/inet.h>
#include <string.h>

static const struct {
    const char *text;    /* inside the brackets */
    const char *written; /* NULL: none */
} sixes[] = {
    {"::", "[::]"},
    {"::1", "[::1]"},
    {"1::", "[1::]"},
    {"2001:db8::1", "[2001:db8::1]"},
    {"2001:DB8::A", "[2001:db8::a]"},
    {"2001:0db8:0:0:0:0:0:1", "[2001:db8::1]"},
    {"1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]"},
    {"1:2:3:4:5:6:7::", "[1:2:3:4:5:6:7:0]"}, /* RFC 5952 4.2.2: no :: for one group */
    {"::2:3:4:5:6:7:8", "[0:2:3:4:5:6:7:8]"},
    {"1:0:0:4:0:0:0:8", "[1:0:0:4::8]"},   /* 4.2.3: the longest run */
    {"1:0:0:4:0:0:7:8", "[1::4:0:0:7:8]"}, /* and the first of two */
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]"},
    {"::ffff:10.0.0.1", "10.0.0.1"}, /* v4-mapped: the same peer */
    {"::ffff:a00:1", "10.0.0.1"},
    {"::10.0.0.1", "[::a00:1]"},
    {"64:ff9b::192.0.2.33", "[64:ff9b::c000:221]"},
    {"1:2:3:4:5:6:1.2.3.4", "[1:2:3:4:5:6:102:304]"},
    {"", NULL},
    {":", NULL},
    {":::", NULL},
    {"1", NULL},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"1:2:3:4:5:6:7:8::", NULL},
    {"::1:2:3:4:5:6:7:8", NULL},
    {"1::2::3", NULL},
    {":1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:", NULL},
    {":1::", NULL},
    {"::1:", NULL},
    {"12345::", NULL},
    {"g::", NULL},
    {"fe80::1%eth0", NULL},
    {"1.2.3.4::", NULL},
    {"1.2.3.4", NULL},
    {"::1.2.3", NULL},
    {"::1.2.3.4:5", NULL},
    {"1:2:3:4:5:6:7:1.2.3.4", NULL},
    {"::256.0.0.1", NULL},
};

static const struct {
    const char *text;
    bool fine;
} fours[] = {
    {"0.0.0.0", true},     {"255.255.255.255", true}, {"10.0.0.1", true}, {"", false},          {"10", false},
    {"10.0.0", false},     {"10.0.0.0.1", false},     {"10.0.0.", false}, {".10.0.0", false},   {"10..0.1", false},
    {"256.0.0.1", false},  {"-1.0.0.1", false},       {"a.0.0.1", false}, {"010.0.0.1", false}, {"10.0.0.00", false},
    {"0x0a.0.0.1", false}, {"10.0.0.1.", false},
};

static void ipv6_is_read_and_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sixes); i++) {
        uint8_t bytes[16], reference[16];
        bool fine = address_parse_v6(span_of(sixes[i].text), bytes);
        if (fine == !sixes[i].written || fine != (inet_pton(AF_INET6, sixes[i].text, reference) == 1))
            fail_msg("'%s' is %s address", sixes[i].text, fine ? "an" : "no");
        if (!fine)
            continue;
        assert_memory_equal(bytes, reference, sizeof bytes);
        struct text text = scratch();
        struct address address = address_v6(bytes);
        address_write(&text, &address);
        assert_string_equal(text.at, sixes[i].written);
    }
}

static void ipv4_is_read_and_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(fours); i++) {
        uint8_t bytes[4], reference[4];
        bool fine = address_parse_v4(span_of(fours[i].text), bytes);
        if (fine != fours[i].fine || fine != (inet_pton(AF_INET, fours[i].text, reference) == 1))
            fail_msg("'%s' is %s address", fours[i].text, fine ? "an" : "no");
        if (!fine)
            continue;
        assert_memory_equal(bytes, reference, sizeof bytes);
        struct text text = scratch();
        struct address address = address_v4(bytes);
        address_write(&text, &address);
        assert_string_equal(text.at, fours[i].text);
    }
}

static void mapped_and_plain_ipv4_are_one(void **state)
{
    (void)state;
    uint8_t bytes[16];
    struct address four = address_v4((const uint8_t[]){10, 0, 0, 1});
    assert_true(address_is_v4(&four));
    assert_true(address_parse_v6(span_of("::ffff:10.0.0.1"), bytes));
    struct address mapped = address_v6(bytes);
    assert_memory_equal(&four, &mapped, sizeof four);
    assert_true(address_parse_v6(span_of("::10.0.0.1"), bytes));
    struct address compatible = address_v6(bytes);
    assert_false(address_is_v4(&compatible));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipv6_is_read_and_written),
        cmocka_unit_test(ipv4_is_read_and_written),
        cmocka_unit_test(mapped_and_plain_ipv4_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
