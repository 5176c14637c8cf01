/* endpoint: the peer's address and the service's port, read, written and matched. */
#include "core/endpoint.h"
#include "unit.h"

static const struct {
    const char *text;
    const char *written; /* NULL: refused */
    const char *why;
} rows[] = {
    {"*", "*", NULL},
    {"*:*", "*", NULL},
    {"*:5432", "*:5432", NULL},
    {"*:1", "*:1", NULL},
    {"*:65535", "*:65535", NULL},
    {"*:80-90", "*:80-90", NULL},
    {"*:80-80", "*:80", NULL},
    {"*:1-65535", "*:1-65535", NULL},
    {"10.0.0.1", "10.0.0.1/32", NULL},
    {"10.0.0.1:*", "10.0.0.1/32", NULL},
    {"10.0.0.0/8:443", "10.0.0.0/8:443", NULL},
    {"0.0.0.0/0", "0.0.0.0/0", NULL},
    {"10.0.0.1/32:1-2", "10.0.0.1/32:1-2", NULL},
    {"[::1]", "[::1]/128", NULL},
    {"[::1]:22", "[::1]/128:22", NULL},
    {"[2001:db8::]/32:80-90", "[2001:db8::]/32:80-90", NULL},
    {"[2001:db8::/32]:80", "[2001:db8::]/32:80", NULL},
    {"[::]/0", "[::]/0", NULL},
    {"[::ffff:10.0.0.1]", "10.0.0.1/32", NULL},
    {"[::ffff:10.0.0.0]/104:80", "10.0.0.0/8:80", NULL},
    {"", NULL, "no address: ''"},
    {"host", NULL, "no address: 'host'"},
    {"host:80", NULL, "no address: 'host'"},
    {"10.0.0", NULL, "no address: '10.0.0'"},
    {"*.0.0.1", NULL, "no address: '*.0.0.1'"},
    {"**", NULL, "no address: '**'"},
    {":80", NULL, "no address: ''"},
    {"::1:80", NULL, "no address: '::1' (IPv6 stands in brackets)"},
    {"2001:db8::/32", NULL, "no address: '2001:db8::/32' (IPv6 stands in brackets)"},
    {"[10.0.0.1]", NULL, "no address: '[10.0.0.1]'"},
    {"[]", NULL, "no address: '[]'"},
    {"[fe80::1%eth0]", NULL, "no address: '[fe80::1%eth0]'"},
    {"[::1", NULL, "no ']' behind the address"},
    {"[", NULL, "no ']' behind the address"},
    {"[::1]x", NULL, "no ']' behind the address"},
    {"[2001:db8::/32", NULL, "no ']' behind the address"},
    {"10.0.0.0/33", NULL, "bits '33' must be 0..32"},
    {"10.0.0.0/", NULL, "bits '' must be 0..32"},
    {"10.0.0.0/-1", NULL, "bits '-1' must be 0..32"},
    {"10.0.0.0/255.0.0.0", NULL, "bits '255.0.0.0' must be 0..32"},
    {"[::]/129", NULL, "bits '129' must be 0..128"},
    {"[::/129]", NULL, "bits '129' must be 0..128"},
    {"*:0", NULL, "port '0' must be 1..65535, a-b or *"},
    {"*:65536", NULL, "port '65536' must be 1..65535, a-b or *"},
    {"*:", NULL, "port '' must be 1..65535, a-b or *"},
    {"*:http", NULL, "port 'http' must be 1..65535, a-b or *"},
    {"*:90-80", NULL, "port '90-80' must be 1..65535, a-b or *"},
    {"*:0-80", NULL, "port '0-80' must be 1..65535, a-b or *"},
    {"*:80-", NULL, "port '80-' must be 1..65535, a-b or *"},
    {"*:-80", NULL, "port '-80' must be 1..65535, a-b or *"},
    {"*:80-90-100", NULL, "port '80-90-100' must be 1..65535, a-b or *"},
    {"*:80,90", NULL, "port '80,90' must be 1..65535, a-b or *"},
};

static void every_text_is_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct endpoint endpoint;
        struct text why = scratch(), text = scratch();
        bool fine = endpoint_parse(span_of(rows[i].text), &endpoint, &why);
        if (fine == !rows[i].written)
            fail_msg("'%s': %s", rows[i].text, fine ? "taken" : why.at);
        assert_string_equal(why.at, fine ? "" : rows[i].why);
        if (!fine)
            continue;
        endpoint_write(&text, &endpoint);
        assert_string_equal(text.at, rows[i].written);
        struct endpoint again;
        assert_true(endpoint_parse(span_of(text.at), &again, &why));
        assert_memory_equal(&again.address, &endpoint.address, sizeof again.address);
        assert_int_equal(again.family, endpoint.family);
        assert_int_equal(again.bits, endpoint.bits);
    }
}

static struct address address_of(const char *text)
{
    uint8_t bytes[16];
    if (address_parse_v4(span_of(text), bytes))
        return address_v4(bytes);
    assert_true(address_parse_v6(span_of(text), bytes));
    return address_v6(bytes);
}

static void peers_match_by_leading_bits(void **state)
{
    static const struct {
        const char *endpoint, *peer;
        bool matches;
    } pairs[] = {
        {"*", "10.0.0.1", true},
        {"*", "2001:db8::1", true},
        {"10.0.0.1", "10.0.0.1", true},
        {"10.0.0.1", "10.0.0.2", false},
        {"10.0.0.1", "::ffff:10.0.0.1", true},
        {"10.0.0.1", "::10.0.0.1", false},
        {"10.0.0.0/8", "10.255.255.255", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.1.2.3/8", "10.9.9.9", true},
        {"10.0.0.0/9", "10.127.0.1", true},
        {"10.0.0.0/9", "10.128.0.1", false},
        {"10.0.0.0/31", "10.0.0.1", true},
        {"10.0.0.0/31", "10.0.0.2", false},
        {"0.0.0.0/0", "255.1.2.3", true},
        {"0.0.0.0/0", "::1", false},
        {"[::]/0", "2001:db8::1", true},
        {"[::]/0", "10.0.0.1", false},
        {"[::ffff:10.0.0.0]/104", "10.1.1.1", true},
        {"[2001:db8::]/33", "2001:db8:7fff::", true},
        {"[2001:db8::]/33", "2001:db8:8000::", false},
        {"[::1]", "::1", true},
        {"[::1]", "::2", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        struct endpoint endpoint;
        struct text why = scratch();
        struct address peer = address_of(pairs[i].peer);
        assert_true(endpoint_parse(span_of(pairs[i].endpoint), &endpoint, &why));
        if (endpoint_has_peer(&endpoint, &peer) != pairs[i].matches)
            fail_msg("%s and %s", pairs[i].endpoint, pairs[i].peer);
    }
}

static void ports_match_by_range(void **state)
{
    static const struct {
        const char *endpoint;
        uint16_t port;
        bool matches;
    } pairs[] = {
        {"*", 1, true},         {"*", 65535, true},     {"*:*", 80, true},      {"*:80", 80, true},
        {"*:80", 81, false},    {"*:80", 79, false},    {"*:80-90", 80, true},  {"*:80-90", 90, true},
        {"*:80-90", 79, false}, {"*:80-90", 91, false}, {"10.0.0.1", 80, true}, {"[::1]:22", 23, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        struct endpoint endpoint;
        struct text why = scratch();
        assert_true(endpoint_parse(span_of(pairs[i].endpoint), &endpoint, &why));
        assert_int_equal(endpoint_has_port(&endpoint, pairs[i].port), pairs[i].matches);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_is_read_or_refused),
        cmocka_unit_test(peers_match_by_leading_bits),
        cmocka_unit_test(ports_match_by_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
