/* listing: the gauges for a scraper, from rows that are written out. */
#include "listing_rows.h"
#include "unit.h"
#include <stdlib.h>

static char output[1 << 16];

static void collect(void *context, const char *text, size_t length)
{
    struct text *all = context;
    text_add_span(all, (struct span){text, length});
}

static const char *openmetrics(struct listing_row *row, size_t count)
{
    struct text all = text_in(output, sizeof output);
    qsort(row, count, sizeof *row, listing_compare);
    listing_openmetrics(&(struct listing){row, count}, collect, &all);
    return output;
}

static void gauges_by_program_and_state(void **state)
{
    struct listing_row rows[] = {connection(), untold(), listener(), connection(), connection()};
    (void)state;
    rows[0].unanswered = 1;
    rows[3].timer = LISTING_TIMER_RESEND;
    rows[3].unacknowledged = 5;
    strcpy(rows[4].program, "a\"\\\n");
    assert_string_equal(
        openmetrics(rows, 5),
        "# TYPE tcpalive_connections gauge\n"
        "# HELP tcpalive_connections TCP sockets, listeners included.\n"
        "tcpalive_connections{program=\"?\",state=\"ESTAB\",keepalive=\"on\"} 0\n"
        "tcpalive_connections{program=\"?\",state=\"ESTAB\",keepalive=\"off\"} 0\n"
        "tcpalive_connections{program=\"?\",state=\"ESTAB\",keepalive=\"unknown\"} 1\n"
        "tcpalive_connections{program=\"a\\\"\\\\?\",state=\"ESTAB\",keepalive=\"on\"} 1\n"
        "tcpalive_connections{program=\"a\\\"\\\\?\",state=\"ESTAB\",keepalive=\"off\"} 0\n"
        "tcpalive_connections{program=\"nginx\",state=\"LISTEN\",keepalive=\"on\"} 0\n"
        "tcpalive_connections{program=\"nginx\",state=\"LISTEN\",keepalive=\"off\"} 1\n"
        "tcpalive_connections{program=\"psql\",state=\"ESTAB\",keepalive=\"on\"} 2\n"
        "tcpalive_connections{program=\"psql\",state=\"ESTAB\",keepalive=\"off\"} 0\n"
        "# TYPE tcpalive_connections_unanswered gauge\n"
        "# HELP tcpalive_connections_unanswered Connections with keepalive probes that the peer has not answered.\n"
        "tcpalive_connections_unanswered{program=\"?\",state=\"ESTAB\"} 0\n"
        "tcpalive_connections_unanswered{program=\"a\\\"\\\\?\",state=\"ESTAB\"} 0\n"
        "tcpalive_connections_unanswered{program=\"nginx\",state=\"LISTEN\"} 0\n"
        "tcpalive_connections_unanswered{program=\"psql\",state=\"ESTAB\"} 1\n"
        "# TYPE tcpalive_connections_unacknowledged gauge\n"
        "# HELP tcpalive_connections_unacknowledged Connections with data that the peer has not acknowledged.\n"
        "tcpalive_connections_unacknowledged{program=\"?\",state=\"ESTAB\"} 0\n"
        "tcpalive_connections_unacknowledged{program=\"a\\\"\\\\?\",state=\"ESTAB\"} 0\n"
        "tcpalive_connections_unacknowledged{program=\"nginx\",state=\"LISTEN\"} 0\n"
        "tcpalive_connections_unacknowledged{program=\"psql\",state=\"ESTAB\"} 1\n"
        "# EOF\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gauges_by_program_and_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
