/* `tcpalive attach --watch --log info` names the connections that the kernel ended: two network namespaces, one of which goes deaf. */
#include "attach.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Two clients of a namespace of their own connect to another one, which is deaf from then on. One reads on, what the death makes
 * it end; the other one sent data that is not answered. A third is closed by its program in time, before it dies.
 */
static const char lab[] =
    "ip netns add $N || exit 77\n"
    "ip link add $L type veth peer name eth0 netns $N && ip addr add 198.18.77.1/24 dev $L && ip link set $L up\n"
    "ip -n $N addr add 198.18.77.2/24 dev eth0 && ip -n $N link set eth0 up\n"
    "ip netns exec $N python3 -c '\n"
    "import socket\n"
    "s = socket.create_server((\"198.18.77.2\", 7001)); print(\"serving\", flush=True); kept = []\n"
    "while True: kept.append(s.accept())\n"
    "' >$D/serving & server=$!\n"
    "until grep -q serving $D/serving; do sleep .05; done\n"
    "python3 -c '\n"
    "import socket, sys\n"
    "idle, flight, closed = (socket.create_connection((\"198.18.77.2\", 7001)) for i in range(3))\n"
    "print(\"ready\", flush=True); sys.stdin.readline(); flight.sendall(b\"x\"); print(\"sent\", flush=True)\n"
    "sys.stdin.readline(); closed.close()\n"
    "for s in idle, flight:\n"
    "    try: s.recv(1)\n"
    "    except OSError as e: print(\"ended\", e, flush=True)\n"
    "sys.stdin.readline()'\n"
    "kill $server\n";

static char namespace[32], link_name[16];

static void forget_network(void)
{
    const char *argv[] = {"sh", "-c", "ip link del \"$0\"; ip netns del \"$1\"", link_name, namespace, NULL};
    child_run(&(struct child_plan){.argv = argv}, NULL, 0);
}

static int end_lab(void **state)
{
    int result = child_stop_all(state);
    if (*namespace)
        forget_network();
    return result;
}

static struct child *start_lab(void)
{
    char variables[3][300];
    snprintf(namespace, sizeof namespace, "tcpalive-deaths-%d", (int)getpid());
    snprintf(link_name, sizeof link_name, "tcpad%d", (int)getpid());
    snprintf(variables[0], sizeof variables[0], "N=%s", namespace);
    snprintf(variables[1], sizeof variables[1], "L=%s", link_name);
    snprintf(variables[2], sizeof variables[2], "D=%s", place_path(""));
    const char *argv[] = {"sh", "-c", lab, NULL};
    const char *environment[] = {variables[0], variables[1], variables[2], NULL};
    place_file("tcpalive"); /* the directory is there */
    struct child *child = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    return child_line_with(child, "ready", CHILD_DEADLINE_MS) == 0 ? child : NULL;
}

static void deaths_are_named(void **state)
{
    char number[16];
    (void)state;
    if (getuid() != 0)
        skip();
    struct child *child = start_lab();
    if (!child)
        skip(); /* no network namespaces here */
    snprintf(number, sizeof number, "%d", (int)child_pid(child));
    const char *argv[] = {place_file("tcpalive"),
                          "attach",
                          "--tree",
                          "--watch",
                          "--log",
                          "info",
                          "--idle",
                          "2",
                          "--interval",
                          "1",
                          "--probes",
                          "2",
                          "--user-timeout",
                          "system",
                          "--rules",
                          "any 198.18.77.2 detect=4s; any * off",
                          "--verbose",
                          number,
                          NULL};
    struct child *watching = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_line_with(watching, " ESTAB: idle ", CHILD_DEADLINE_MS), 0);
    const char *cut[] = {
        "ip",      "netns", "exec",
        namespace, "nft",   "add table ip t; add chain ip t in { type filter hook input priority 0; policy drop; }",
        NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = cut}, NULL, 0), 0);
    child_say(child, "\n");
    assert_int_equal(child_line_with(child, "sent", CHILD_DEADLINE_MS), 0);
    child_say(child, "\n");
    assert_int_equal(child_line_with(child, "ended", CHILD_DEADLINE_MS), 0);
    assert_int_equal(child_line_with(child, "ended", CHILD_DEADLINE_MS), 0);
    if (child_error_with(watching, "ended by its user timeout, no answer for ", CHILD_DEADLINE_MS))
        fail_msg("%s / %s", child_errors(watching), child_output(child));
    child_stop(child);
    assert_int_equal(child_wait(watching, CHILD_DEADLINE_MS), 0);
    const char *errors = child_errors(watching), *idle = strstr(errors, ": ended by keepalive, no answer for ");
    if (!idle)
        fail_msg("%s", errors);
    assert_non_null(strstr(idle, ", 3 probes unanswered\n"));
    assert_non_null(strstr(errors, "tcpalive: 198.18.77.2:7001 of "));
    if (strstr(idle + 10, "ended by keepalive")) /* not the one that its program closed */
        fail_msg("%s", errors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(deaths_are_named, end_lab)};
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
