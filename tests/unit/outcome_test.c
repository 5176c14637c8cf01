/* outcome: the lines of attach for each thing that is asked and each that comes of it. */
#include "core/outcome.h"
#include "listing_rows.h"
#include "unit.h"
#include <string.h>

static char line[512];

static const char *socket_line(struct listing_row row, enum attachment_act act, enum cover_outcome outcome)
{
    struct text text = text_in(line, sizeof line);
    outcome_write_socket(&text, &row, act, outcome);
    return line;
}

static void a_socket(void **state)
{
    struct listing_row row = connection();
    (void)state;
    assert_string_equal(socket_line(row, ATTACHMENT_SET, COVER_SET),
                        "7 psql fd 3 10.0.0.1:40000 10.0.0.2:5432 ESTAB: idle 60s interval 10s probes 6\n");
    assert_non_null(strstr(socket_line(row, ATTACHMENT_UNDO, COVER_LEFT), " probes 6 (left alone)\n"));
    assert_non_null(strstr(socket_line(row, ATTACHMENT_SET, COVER_REFUSED), " probes 6 (refused)\n"));
    assert_non_null(strstr(socket_line(row, ATTACHMENT_TRY, COVER_STANDS), " probes 6\n"));
    row.told = LISTING_KEEPALIVE_TOLD;
    assert_non_null(strstr(socket_line(row, ATTACHMENT_TRY, COVER_SET), " ESTAB: keepalive (would be set)\n"));
    row.values.keepalive = false;
    assert_non_null(strstr(socket_line(row, ATTACHMENT_UNDO, COVER_SET), " ESTAB: no keepalive (undone)\n"));
    assert_non_null(strstr(socket_line(row, ATTACHMENT_TRY_UNDO, COVER_SET), " (would be undone)\n"));
}

static void a_sum(void **state)
{
    struct text text = text_in(line, sizeof line);
    (void)state;
    outcome_write_sum(&text, ATTACHMENT_SET, 3, 2, 1);
    outcome_write_sum(&text, ATTACHMENT_TRY_UNDO, 0, 0, 0);
    assert_string_equal(line, "3 set, 2 left alone, 1 refused\n0 would be undone, 0 left alone, 0 refused\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_socket), cmocka_unit_test(a_sum)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
