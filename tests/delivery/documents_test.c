/*
 * What people copy from us: man pages, README and the recipes in examples/. documents.sh reads them; the recipes that
 * can run here are run, on an old program that asks for nothing, and its sockets are read from outside.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/oracle.h"
#include "harness/scene.h"
#include "harness/script.h"
#include "harness/twice.h"
#include <stdio.h>
#include <unistd.h>

enum { ROOM = 16, PATIENCE = 6 };

static struct child *documents(const char *check, const char *port)
{
    const char *argv[] = {"tests/delivery/documents.sh", check, scene_build(""), port, NULL};
    return child_start(&(struct child_plan){.argv = argv});
}

static void reads_well(void **state)
{
    script_holds((const char *[]){"tests/delivery/documents.sh", *state, scene_build(""), NULL},
                 PATIENCE * CHILD_DEADLINE_MS);
}

struct recipe {
    const char *name;
    struct twice_values values;
};

static struct recipe wrapper = {"wrapper", {1, 175, 35, 5, 0}};
static struct recipe libkeepalive = {"libkeepalive", {1, 180, 60, 5, 0}};
static struct recipe libdontdie = {"libdontdie", {1, 180, 60, 5, 0}};
static const struct twice_values detect_60s = {1, 30, 10, 3, 0};

static void holds(void **state)
{
    const struct recipe *recipe = *state;
    struct oracle_socket seen[ROOM];
    struct child *child = documents(recipe->name, NULL);
    if (child_listens(child, 0, CHILD_DEADLINE_MS) == -1)
        fail_msg("it does not listen: %s", child_errors(child));
    assert_int_equal(oracle_tree(child_pid(child), seen, ROOM), 1);
    twice_expect(seen, &recipe->values);
}

/* Both ends of it are there: inetd's listener, which has no policy, and its service's connection. */
static int has_connection(void *child)
{
    struct oracle_socket seen[ROOM];
    ssize_t count = oracle_tree(child_pid(child), seen, ROOM);
    for (ssize_t i = 0; i < count; i++)
        if (!seen[i].listening && seen[i].keepalive == detect_60s.keepalive) {
            twice_expect(&seen[i], &detect_60s);
            return 1;
        }
    return 0;
}

static void service_of_inetd_holds(void **state)
{
    char text[8];
    int port = twice_free_port();
    (void)state;
    if (geteuid() != 0) {
        print_message("inetd needs root\n");
        skip();
    }
    snprintf(text, sizeof text, "%d", port);
    struct child *child = documents("inetd", text);
    if (child_listens(child, port, CHILD_DEADLINE_MS) != port)
        fail_msg("inetd does not listen: %s", child_errors(child));
    int fd = loopback_connect(port);
    assert_int_equal(scene_until(has_connection, child, CHILD_DEADLINE_MS), 0);
    close(fd);
}

#define CHECK(check)                                                                                                   \
    {                                                                                                                  \
        check, reads_well, NULL, child_stop_all, check                                                                 \
    }
#define RECIPE(recipe)                                                                                                 \
    {                                                                                                                  \
        "recipe: " #recipe, holds, NULL, child_stop_all, &(recipe)                                                     \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHECK("man-lint"),     CHECK("man-examples"),
        CHECK("man-complete"), CHECK("readme-complete"),
        CHECK("settings"),     CHECK("systemd"),
        CHECK("yaml"),         CHECK("recipes"),
        CHECK("schemas"),      CHECK("workflows"),
        RECIPE(wrapper),       RECIPE(libkeepalive),
        RECIPE(libdontdie),    cmocka_unit_test_teardown(service_of_inetd_holds, child_stop_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
