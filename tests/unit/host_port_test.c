/* host_port: services as people name them. */
#include "core/host_port.h"
#include "unit.h"
#include <stdlib.h>
#include <string.h>

static void services_are_read(void **state)
{
    static const struct {
        const char *text, *host;
        bool serving, right;
        uint16_t port;
    } rows[] = {
        {"db:5432", "db", false, true, 5432},
        {"192.0.2.1:1", "192.0.2.1", false, true, 1},
        {"[2001:db8::1]:65535", "2001:db8::1", false, true, 65535},
        {"7000", "", true, true, 7000},
        {":7000", "", true, true, 7000},
        {"*:7000", "", true, true, 7000},
        {"[::1]:7000", "::1", true, true, 7000},
        {"7000", "", false, false, 0},
        {":7000", "", false, false, 0},
        {"db", "", false, false, 0},
        {"db:", "", false, false, 0},
        {"db:0", "", false, false, 0},
        {"db:65536", "", false, false, 0},
        {"db:5432x", "", false, false, 0},
        {"::1:80", "", false, false, 0},
        {"[db]:80", "", false, false, 0},
        {"[::1]", "", false, false, 0},
        {"[]:80", "", false, false, 0},
        {"", "", true, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct host_port to = {0};
        bool right = host_port_parse(span_of(rows[i].text), rows[i].serving, &to);
        if (right != rows[i].right || (right && (atoi(to.port) != rows[i].port || strcmp(to.host, rows[i].host) != 0)))
            fail_msg("%s: %d %s %s", rows[i].text, right, to.host, to.port);
    }
}

static void a_host_too_long_is_none(void **state)
{
    char text[HOST_SIZE + 8];
    struct host_port to;
    (void)state;
    memset(text, 'a', HOST_SIZE);
    memcpy(text + HOST_SIZE, ":80", 4);
    assert_false(host_port_parse(span_of(text), false, &to));
    assert_true(host_port_parse(span_of(text + 1), false, &to));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(services_are_read),
        cmocka_unit_test(a_host_too_long_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
