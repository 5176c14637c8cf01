/*
 * What `both` reaches: whatever preload reaches and whatever supervise reaches. One row for each place that a
 * connection may come from, and which of the two reaches it alone.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/policy.h"
#include "harness/scene.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 32, SWEEPS_MS = 800, NOWHERE = 77 };

enum way { BARE, PRELOAD, SUPERVISE, BOTH, WAYS };
static const char *const way_names[WAYS] = {"bare", "preload", "supervise", "both"};

struct stage {
    struct child_descriptor given[2];
    int own[4]; /* kept open for the length of the run; 0: none */
};

static int listener_at(struct sockaddr_in *name)
{
    socklen_t length = sizeof *name;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *name = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(fd, (struct sockaddr *)name, sizeof *name), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)name, &length), 0);
    return fd;
}

static void inherit(struct stage *stage)
{
    struct sockaddr_in name;
    stage->own[0] = listener_at(&name);
    stage->given[0] = (struct child_descriptor){stage->own[0], 3};
}

static void be_sent(struct stage *stage)
{
    struct sockaddr_in name;
    int ends[2];
    char control[CMSG_SPACE(sizeof(int))] = {0}, byte = 'x';
    struct iovec data = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    stage->own[0] = listener_at(&name);
    stage->own[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(stage->own[1], (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &stage->own[1], sizeof(int));
    assert_int_equal(sendmsg(ends[0], &message, 0), 1);
    stage->own[2] = ends[0];
    stage->own[3] = ends[1];
    stage->given[0] = (struct child_descriptor){ends[1], 9};
}

/* A service of names that is never answered, and a program that asks it by TCP, in namespaces of their own. */
static const char resolver[] =
    "exec unshare --net --mount sh -c '\n"
    "ip link set lo up && echo nameserver 127.0.0.1 >$D/resolv && mount --bind $D/resolv /etc/resolv.conf || exit 77\n"
    "python3 -c \"import socket; l = socket.create_server((\\\"127.0.0.1\\\", 53)); a = l.accept(); "
    "print(\\\"ready\\\", "
    "flush=True); a[0].recv(999); a[0].recv(999)\" &\n"
    "until ss -Hltn | grep -q :53; do sleep .05; done\n"
    "RES_OPTIONS=\"use-vc timeout:30 attempts:1\" exec \"$@\" getent ahosts tcpalive.example' sh \"$@\"";

static const struct row {
    const char *name;
    const char *program[8]; /* words; those that name a file of the build begin with @ */
    void (*stage)(struct stage *stage);
    const char *around; /* a script around the whole, which gets its words; NULL: none */
    bool reached[WAYS];
} rows[] = {
    {"made by itself", {"@tests/probe", "connect", "inet", "plain"}, NULL, NULL, {false, true, true, true}},
    {"an inherited listener", {"@tests/probe", "dial", "3", "accept", "2"}, inherit, NULL, {false, true, true, true}},
    {"received", {"@tests/direct/keep-dynamic", "received", "x"}, be_sent, NULL, {false, true, false, true}},
    {"a ring", {"@tests/direct/keep-dynamic", "ring", "x"}, NULL, NULL, {false, true, true, true}},
    {"a static program", {"@tests/direct/static"}, NULL, NULL, {false, false, true, true}},
    {"a static child", {"sh", "-c", "exec \"$0\"", "@tests/direct/static"}, NULL, NULL, {false, false, true, true}},
    {"a cleared environment",
     {"env", "-i", "@tests/probe", "connect", "inet", "plain"},
     NULL,
     NULL,
     {false, false, true, true}},
    {"glibc's own resolver", {NULL}, NULL, resolver, {false, false, true, true}},
};
enum { ROWS = sizeof rows / sizeof *rows };

static int is_reached(void *child)
{
    struct oracle_socket seen[POLICY_ROOM];
    ssize_t count = oracle_process(child_pid(child), seen, POLICY_ROOM);
    size_t connections = 0, reached = 0;
    for (ssize_t i = 0; i < count; i++) {
        bool connected = seen[i].peer.ss_family != AF_UNSPEC;
        connections += connected;
        reached += connected && policy_on(&seen[i]);
    }
    return connections && reached == connections;
}

static struct child *start(const struct row *row, enum way way, const struct stage *stage)
{
    const char *words[WORDS] = {NULL},
               *method[] = {place_file("tcpalive"), "run", POLICY_SETTINGS, "--method", way_names[way], "--"};
    char directory[300];
    size_t count = 0;
    assert_non_null(place_file("libtcpalive.so"));
    if (row->around) {
        words[count++] = "sh";
        words[count++] = "-c";
        words[count++] = row->around;
        words[count++] = "sh";
    }
    for (size_t i = 0; way != BARE && i < sizeof method / sizeof *method; i++)
        words[count++] = method[i];
    for (size_t i = 0; row->program[i]; i++)
        words[count++] = row->program[i][0] == '@' ? place_file(row->program[i] + 1) : row->program[i];
    snprintf(directory, sizeof directory, "D=%s", place_path(""));
    const char *environment[] = {directory, NULL};
    return child_start(&(struct child_plan){.argv = words, .environment = environment, .descriptors = stage->given});
}

/* False where this machine has not what it takes. */
static bool play(const struct row *row, enum way way)
{
    struct stage stage = {{{-1, -1}, {-1, -1}}, {0}};
    if (row->stage)
        row->stage(&stage);
    struct child *child = start(row, way, &stage);
    bool ready = child_line_with(child, "ready", CHILD_DEADLINE_MS) == 0;
    if (!ready && child_wait(child, 0) != NOWHERE && !strstr(child_output(child), "unavailable"))
        fail_msg("%s, %s: %s%s", row->name, way_names[way], child_output(child), child_errors(child));
    int patience = row->reached[way] ? CHILD_DEADLINE_MS : way >= SUPERVISE ? SWEEPS_MS : 1;
    int late = ready ? scene_until(is_reached, child, patience) : 0;
    child_stop(child);
    for (int i = 0; i < 4; i++)
        if (stage.own[i])
            close(stage.own[i]);
    if (ready && (late == 0) != row->reached[way])
        fail_msg("%s, %s: %sreached", row->name, way_names[way], late ? "not " : "");
    return ready;
}

static void a_row_holds(void **state)
{
    const struct row *row = *state;
    for (enum way way = BARE; way < WAYS; way++)
        if (!play(row, way))
            skip();
    assert_true(row->reached[BOTH] || !(row->reached[PRELOAD] || row->reached[SUPERVISE]));
}

int main(void)
{
    struct CMUnitTest tests[ROWS];
    for (int i = 0; i < ROWS; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, a_row_holds, NULL, child_stop_all, (void *)(uintptr_t)&rows[i]};
    return _cmocka_run_group_tests("both", tests, ROWS, NULL, place_remove);
}
