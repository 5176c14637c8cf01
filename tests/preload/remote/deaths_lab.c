#include "deaths_lab.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

enum { ROOM = 300, LAUNCHER_WORDS = 24 };

static const char script[] =
    "ip netns add $N || exit 77\n"
    "ip link add $L type veth peer name eth0 netns $N && ip addr add $A/30 dev $L && ip link set $L up\n"
    "ip -n $N addr add $B/30 dev eth0 && ip -n $N link set eth0 up\n"
    "ip netns exec $N python3 -c '\n"
    "import socket, sys\n"
    "s = socket.create_server((sys.argv[1], 7001)); print(\"serving\", flush=True); kept = []\n"
    "while True: kept.append(s.accept())\n"
    "' $B >$D/serving.$N & server=$!\n"
    "until grep -q serving $D/serving.$N; do sleep .05; done\n"
    "\"$@\" python3 -c '\n"
    "import os, socket, sys, time\n"
    "if os.environ.get(\"APART\"):\n"
    "    socket.create_connection((sys.argv[1], 7001)).close()\n"
    "    if os.fork(): time.sleep(60); os._exit(0)\n"
    "    if os.fork(): os._exit(0)\n"
    "idle, flight, closed = (socket.create_connection((sys.argv[1], 7001)) for i in range(3))\n"
    "print(\"ready\", flush=True); sys.stdin.readline(); flight.sendall(b\"x\"); print(\"sent\", flush=True)\n"
    "sys.stdin.readline(); closed.close()\n"
    "for s in idle, flight:\n"
    "    try: s.recv(1)\n"
    "    except OSError as e: print(\"ended\", e, flush=True)\n"
    "sys.stdin.readline()' $B\n"
    "kill $server\n";

static bool begun[DEATHS_LABS];

static const char *address(int number, int host)
{
    static char text[8][32];
    static unsigned next;
    char *one = text[next++ % 8];
    snprintf(one, sizeof text[0], "198.18.%d.%d", (int)getpid() % 256, 4 * number + host);
    return one;
}

const char *deaths_lab_peer(int number)
{
    return address(number, 2);
}

static const char *namespace_of(int number, char name[ROOM])
{
    snprintf(name, ROOM, "tcpalive-deaths-%d-%d", (int)getpid(), number);
    return name;
}

static const char *link_of(int number, char name[ROOM])
{
    snprintf(name, ROOM, "tad%d-%d", (int)getpid(), number);
    return name;
}

struct child *deaths_lab_start(int number, const char *const *launcher)
{
    char name[ROOM], variables[5][ROOM + 8];
    const char *argv[LAUNCHER_WORDS + 5] = {"sh", "-c", script, "sh"};
    for (int i = 0; launcher && launcher[i] && i < LAUNCHER_WORDS; i++)
        argv[4 + i] = launcher[i];
    place_file("tcpalive"); /* the directory is there */
    snprintf(variables[0], sizeof variables[0], "N=%s", namespace_of(number, name));
    snprintf(variables[1], sizeof variables[1], "L=%s", link_of(number, name));
    snprintf(variables[2], sizeof variables[2], "D=%s", place_path(""));
    snprintf(variables[3], sizeof variables[3], "A=%s", address(number, 1));
    snprintf(variables[4], sizeof variables[4], "B=%s", deaths_lab_peer(number));
    const char *environment[] = {variables[0], variables[1], variables[2], variables[3], variables[4], NULL};
    struct child *lab = child_start(&(struct child_plan){.argv = argv, .environment = environment});
    begun[number] = true;
    return child_line_with(lab, "ready", CHILD_DEADLINE_MS) == 0 ? lab : NULL;
}

void deaths_lab_cut(int number, struct child *lab)
{
    char name[ROOM];
    const char *cut[] = {
        "ip",   "netns",
        "exec", namespace_of(number, name),
        "nft",  "add table ip t; add chain ip t in { type filter hook input priority 0; policy drop; }",
        NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = cut}, NULL, 0), 0);
    child_say(lab, "\n");
    assert_int_equal(child_line_with(lab, "sent", CHILD_DEADLINE_MS), 0);
    child_say(lab, "\n");
}

void deaths_lab_wait(struct child *lab)
{
    for (int i = 0; i < 2; i++)
        if (child_line_with(lab, "ended", CHILD_DEADLINE_MS) != 0)
            fail_msg("no death: %s / %s", child_output(lab), child_errors(lab));
}

int deaths_lab_end(void **state)
{
    int result = child_stop_all(state);
    for (int number = 0; number < DEATHS_LABS; number++) {
        char link[ROOM], namespace[ROOM];
        const char *argv[] = {"sh",
                              "-c",
                              "ip link del \"$0\"; ip netns del \"$1\"",
                              link_of(number, link),
                              namespace_of(number, namespace),
                              NULL};
        if (begun[number])
            child_run(&(struct child_plan){.argv = argv}, NULL, 0);
        begun[number] = false;
    }
    return result;
}
