/*
 * Every option of the table of settings is set in the kernel: each alone, on a program's listener, read back from
 * outside. An option that has no row here fails, so that none is parsed, explained and forgotten.
 */
#include "core/setting.h"
#include "harness/cmocka_all.h"
#include "harness/twice.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>

static const struct row {
    const char *text; /* what the user asks for */
    int name, value;  /* what the kernel is told then */
    size_t field;     /* where the oracle has it */
} rows[OPTION_COUNT] = {
#define HELD(field) offsetof(struct oracle_socket, field)
    [SETTING_IDLE] = {"31s", TCP_KEEPIDLE, 31, HELD(idle)},
    [SETTING_INTERVAL] = {"7s", TCP_KEEPINTVL, 7, HELD(interval)},
    [SETTING_PROBES] = {"4", TCP_KEEPCNT, 4, HELD(probes)},
    [SETTING_USER_TIMEOUT] = {"45s", TCP_USER_TIMEOUT, 45000, HELD(user_timeout)},
    [SETTING_SYNCNT] = {"3", TCP_SYNCNT, 3, HELD(syncnt)},
    [SETTING_DEFER_ACCEPT] = {"5s", TCP_DEFER_ACCEPT, 5, HELD(defer_accept)},
    [SETTING_MAXSEG] = {"700", TCP_MAXSEG, 700, HELD(maxseg)},
    [SETTING_WINDOW_CLAMP] = {"20000", TCP_WINDOW_CLAMP, 20000, HELD(window_clamp)},
};

/*
 * The kernel gives some options back otherwise than they were set (TCP_DEFER_ACCEPT counts
 * retransmissions), to everybody.
 */
static int given_back(const struct row *row)
{
    int value = row->value;
    socklen_t size = sizeof value;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, row->name, &value, size), 0);
    assert_int_equal(getsockopt(fd, IPPROTO_TCP, row->name, &value, &size), 0);
    close(fd);
    return value;
}

static int held(const struct twice_look *look, const struct row *row)
{
    return *(const int *)((const char *)&look->seen[0].socket + row->field);
}

static void is_set_in_the_kernel(void **state)
{
    const struct row *row = *state;
    char name[SETTING_NAME_SIZE], environment[2 * SETTING_NAME_SIZE];
    struct twice twice;
    struct twice_plan plan = {.probe = "serve inet accept 0", .environment = environment};
    assert_non_null(row->text);
    setting_variable((enum setting_id)(row - rows), name);
    snprintf(environment, sizeof environment, "%s=%s", name, row->text);
    assert_int_equal(twice_run(&twice, &plan), 0);
    assert_int_equal(held(&twice.with, row), given_back(row));
    assert_int_not_equal(held(&twice.bare, row), given_back(row));
    twice_free(&twice);
}

int main(void)
{
    static struct CMUnitTest tests[OPTION_COUNT];
    static char names[OPTION_COUNT][SETTING_NAME_SIZE];
    for (enum setting_id id = 0; id < OPTION_COUNT; id++) {
        setting_variable(id, names[id]);
        tests[id] = (struct CMUnitTest){names[id], is_set_in_the_kernel, NULL, child_stop_all, (void *)&rows[id]};
    }
    return _cmocka_run_group_tests("every option", tests, OPTION_COUNT, NULL, NULL);
}
