/* `tcpalive list` on what the kernel does by itself: timers, namespaces; and its output for programs and full disks. */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/place.h"
#include "harness/scene.h"
#include "list.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FULL = 1 << 16 };

/* Our listener, connection and accepted end, in this order. */
static void open_three(int fd[3])
{
    fd[0] = list_keep(loopback_listener());
    fd[1] = list_keep(loopback_connect(loopback_port(fd[0])));
    fd[2] = list_keep(accept(fd[0], NULL, NULL));
}

/* What stands behind `"timer":` in the object of one descriptor. */
static const char *timer_of(const char *json, int fd)
{
    char start[64];
    snprintf(start, sizeof start, "\"fd\":%d,", fd);
    const char *object = strstr(json, start);
    const char *timer = object ? strstr(object, "\"timer\":") : NULL;
    assert_non_null(timer);
    return timer + strlen("\"timer\":");
}

static void a_probe_is_announced(void **state)
{
    int fd[3], ms = 0;
    (void)state;
    open_three(fd);
    list_set(fd[1], 3000, 12, 13, 0);
    const char *json = list_own("--json", NULL).text;
    assert_int_equal(sscanf(timer_of(json, fd[1]), "\"probe\",\"timer_ms\":%d,\"unanswered\":0,", &ms), 1);
    assert_in_range(ms, 2900000, 3000000);
    assert_int_equal(strncmp(timer_of(json, fd[0]), "null,\"timer_ms\":null,\"unanswered\":0,", 35), 0);
    const char *table = list_own(NULL, NULL).text;
    assert_true(strstr(table, " probe 49m") || strstr(table, " probe 50m\n"));
}

static int asks_for_the_window(void *fd)
{
    return strncmp(timer_of(list_own("--json", NULL).text, *(int *)fd), "\"window\",", 9) == 0;
}

static void a_closed_window_is_asked_for(void **state)
{
    static const char much[FULL];
    int fd[3];
    (void)state;
    open_three(fd);
    while (send(fd[1], much, sizeof much, MSG_DONTWAIT) > 0)
        ;
    assert_int_equal(scene_until(asks_for_the_window, &fd[1], CHILD_DEADLINE_MS), 0);
}

static void other_namespaces_are_told_apart(void **state)
{
    char script[512], number[16], wanted[64];
    (void)state;
    if (getuid() != 0)
        skip();
    snprintf(script, sizeof script, "ip link set lo up && exec %s", place_file("tests/direct/static"));
    const char *argv[] = {"unshare", "--net", "sh", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        skip(); /* no network namespaces here */
    list_keep(loopback_listener());
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    struct list_answer alone = list_run(0, (const char *[]){"--pid", number, NULL});
    assert_null(strstr(alone.text, "NETNS"));
    assert_non_null(strstr(alone.text, " LISTEN "));
    alone = list_run(0, (const char *[]){"--pid", number, "--json", NULL});
    const char *netns = strstr(alone.text, "\"netns\":");
    assert_non_null(netns);
    unsigned long there = strtoul(netns + 8, NULL, 10);
    snprintf(wanted, sizeof wanted, " %lu\n", there);
    struct list_answer both = list_own("--pid", number);
    assert_non_null(strstr(both.text, " TIMER"));
    assert_non_null(strstr(both.text, " NETNS\n"));
    assert_non_null(strstr(both.text, wanted));
}

static void only_those_without(void **state)
{
    char with[32], without[32];
    (void)state;
    int one = list_keep(loopback_listener()), two = list_keep(loopback_listener());
    list_set(one, 11, 12, 13, 0);
    snprintf(with, sizeof with, "127.0.0.1:%d ", loopback_port(one));
    snprintf(without, sizeof without, "127.0.0.1:%d ", loopback_port(two));
    const char *table = list_own("--off", NULL).text;
    assert_null(strstr(table, with));
    assert_non_null(strstr(table, without));
}

static void programs_and_ports(void **state)
{
    char ports[32], name[16], own[16];
    (void)state;
    int one = list_keep(loopback_listener());
    snprintf(ports, sizeof ports, "1,%d-%d", loopback_port(one), loopback_port(one));
    prctl(PR_GET_NAME, name);
    snprintf(own, sizeof own, "l%d", (int)getpid());
    prctl(PR_SET_NAME, own);
    struct list_answer answer = list_run(0, (const char *[]){"--program", own, "--port", ports, "--json", NULL});
    prctl(PR_SET_NAME, name);
    assert_int_equal(strncmp(answer.text, "[{\"pid\":", 8), 0);
    assert_null(strchr(answer.text, '\n')[1] ? answer.text : NULL); /* one row */
    answer = list_run(0, (const char *[]){"--program", "no-such-program", "--json", NULL});
    assert_string_equal(answer.text, "[]\n");
    answer = list_run(0, (const char *[]){"--port", "8099-8000", NULL});
    assert_int_equal(answer.status, 125);
    assert_non_null(strstr(answer.errors, "a range goes from the lower port to the higher one"));
    assert_int_equal(list_run(0, (const char *[]){"--program", "a/b", NULL}).status, 125);
    assert_int_equal(list_run(0, (const char *[]){"--json", "--openmetrics", NULL}).status, 125);
}

/* prometheus_client's parser is the reference for OpenMetrics: it refuses what is not in its order and form. */
static void openmetrics_as_a_scraper_reads_it(void **state)
{
    static const char reader[] =
        "import sys\n"
        "from prometheus_client.openmetrics.parser import text_string_to_metric_families as read\n"
        "for family in read(sys.stdin.read()):\n"
        "    for s in family.samples: print(family.type, s.name, s.labels.get('program'), s.labels.get('state'),\n"
        "        s.labels.get('keepalive'), int(s.value))\n";
    static char seen[1 << 16];
    const char *probe[] = {"python3", "-c", "import prometheus_client.openmetrics.parser", NULL};
    int fd[3];
    char name[16];
    (void)state;
    if (child_run(&(struct child_plan){.argv = probe}, NULL, 0) != 0)
        skip();
    open_three(fd);
    list_set(fd[1], 3000, 12, 13, 0);
    prctl(PR_GET_NAME, name);
    prctl(PR_SET_NAME, "a\"\\\n\033\xff");
    struct list_answer answer = list_own("--openmetrics", NULL);
    prctl(PR_SET_NAME, name);
    const char *argv[] = {"python3", "-c", reader, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    child_say(child, answer.text);
    child_close_stdin(child);
    int status = child_wait(child, CHILD_DEADLINE_MS);
    snprintf(seen, sizeof seen, "%s", child_output(child));
    if (status != 0)
        fail_msg("%s", child_errors(child));
    assert_non_null(strstr(seen, "gauge tcpalive_connections a\"\\??? ESTAB on 1\n"));
    assert_non_null(strstr(seen, "gauge tcpalive_connections a\"\\??? ESTAB off 1\n"));
    assert_non_null(strstr(seen, "gauge tcpalive_connections a\"\\??? LISTEN off 1\n"));
    assert_non_null(strstr(seen, "gauge tcpalive_connections_unanswered a\"\\??? ESTAB None 0\n"));
    assert_non_null(strstr(seen, "gauge tcpalive_connections_unacknowledged a\"\\??? ESTAB None 0\n"));
}

static void output_that_cannot_be_written(void **state)
{
    static const char *const how[] = {"--json", "--openmetrics", "--off", "--watch"};
    char number[16];
    (void)state;
    list_keep(loopback_listener());
    int full = list_keep(open("/dev/full", O_WRONLY | O_CLOEXEC));
    const struct child_descriptor given[] = {{full, 1}, {-1, -1}};
    snprintf(number, sizeof number, "%d", (int)getpid());
    for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
        const char *argv[] = {place_file("tcpalive"), "list", how[i], "--pid", number, NULL};
        struct child *child = child_start(&(struct child_plan){.argv = argv, .descriptors = given});
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 125);
        assert_string_equal(child_errors(child), "tcpalive: output: No space left on device\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIST_TEST(a_probe_is_announced),
        LIST_TEST(a_closed_window_is_asked_for),
        LIST_TEST(other_namespaces_are_told_apart),
        LIST_TEST(only_those_without),
        LIST_TEST(programs_and_ports),
        LIST_TEST(openmetrics_as_a_scraper_reads_it),
        LIST_TEST(output_that_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
