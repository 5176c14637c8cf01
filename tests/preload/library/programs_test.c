/*
 * Real programs with the library in front: a server and a client of it, their connection established and both
 * past their own settings, then every TCP socket of both process trees read from outside. Each pair also runs
 * bare, where no socket may carry the policy. programs/play.sh says how each program is started.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/oracle.h"
#include "harness/scene.h"
#include "harness/seen.h"
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, ROOM = 64, FIRST_PORT = 4000 };

/* Values that no program asks for by itself. */
enum { IDLE = 41, INTERVAL = 7, PROBES = 4, USER_TIMEOUT_MS = 123000 };
#define POLICY "TCPALIVE_IDLE=41s", "TCPALIVE_INTERVAL=7s", "TCPALIVE_PROBES=4", "TCPALIVE_USER_TIMEOUT=123s"

enum server_kind {
    SERVER,        /* the server itself has the library */
    STARTER,       /* only what it starts has it, on a listener that came from elsewhere */
    STARTER_KEEPS, /* the same, and the listener stays the starter's: only connections count */
};

struct pair {
    const char *name, *server, *client;
    const char *needs; /* programs that must be there */
    enum server_kind kind;
    enum { ANY_USER, ROOT, NOT_ROOT } user;
    const char *note; /* what README says of the server; NULL: nothing */
};

static const struct pair pairs[] = {
    {"redis", "redis-server", "redis-cli", "redis-server redis-cli", SERVER, ANY_USER, NULL},
    {"nginx and curl", "nginx", "curl", "nginx curl", SERVER, ANY_USER, NULL},
    {"python3", "python3-server", "python3-client", "python3", SERVER, ANY_USER, NULL},
    {"python3 asyncio", "python3-async-server", "python3-async-client", "python3", SERVER, ANY_USER, "asyncio"},
    {"java", "java-server", "java-client", "java javac", SERVER, ANY_USER, NULL},
    {"java nio", "java-nio-server", "java-nio-client", "java javac", SERVER, ANY_USER, "nio"},
    {"node", "node-server", "node-client", "node", SERVER, ANY_USER, NULL},
    {"openssh", "sshd", "ssh", "sshd ssh ssh-keygen", SERVER, ROOT, NULL},
    {"postgres and psql", "postgres", "psql", "psql", SERVER, NOT_ROOT, NULL},
    {"perl and bash", "perl-server", "bash", "perl bash", SERVER, ANY_USER, NULL},
    {"inetd", "inetd-nowait", "perl-client", "inetd perl", SERVER, ROOT, NULL},
    {"service of inetd, nowait", "inetd-nowait", "bash", "inetd bash", STARTER_KEEPS, ROOT, "its services"},
    {"service of inetd, wait", "inetd-wait", "perl-client", "inetd perl", STARTER, ROOT, "its services"},
    {"socket activation", "socket-activate", "perl-client", "systemd-socket-activate perl", STARTER, ANY_USER,
     "socket activation"},
};
enum { PAIRS = sizeof pairs / sizeof *pairs };

static char *directory; /* all that the programs write, and copies of what any user must be able to read */
static char library[512], play_sh[512];
static int refused; /* no namespaces here */

static void write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* An ordinary user stays itself in its own user namespace: the one way to the other namespaces. */
static void stay(uid_t uid, gid_t gid)
{
    char map[64];
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1\n", uid, uid);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1\n", gid, gid);
    write_file("/proc/self/gid_map", map);
}

/* Networks, System V memory and /run of our own: fixed ports, and nothing stays that a killed program leaves. */
static int own_world(void)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    if (unshare((uid ? CLONE_NEWUSER : 0) | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC) != 0)
        return -1;
    if (uid)
        stay(uid, gid);
    assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
    assert_int_equal(mount("tmpfs", "/run", "tmpfs", 0, "mode=755"), 0);
    assert_int_equal(mkdir("/run/sshd", 0755), 0);
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &loopback), 0);
    close(fd);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    char *copy;
    refused = own_world() != 0;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    directory = scene_directory();
    snprintf(library, sizeof library, "%s/libtcpalive.so", directory);
    snprintf(play_sh, sizeof play_sh, "%s/play.sh", directory);
    assert_true(asprintf(&copy, "cp tests/targets/programs/* '%s' && cp '%s' '%s' && chmod -R go+rX '%s'", directory,
                         scene_target()->library, library, directory) > 0);
    assert_int_equal(system(copy), 0);
    free(copy);
    return 0;
}

static int end(void **state)
{
    (void)state;
    scene_remove_directory(directory);
    return 0;
}

/* Some programs leave their process group, so what lost its parent came to us: ends that, and what comes then. */
static int stop_all(void **state)
{
    char list[4096];
    child_stop_all(state);
    for (int rounds = 0; rounds < 100; rounds++) {
        FILE *file = fopen("/proc/thread-self/children", "r");
        assert_non_null(file);
        char *some = fgets(list, sizeof list, file);
        fclose(file);
        if (!some)
            break;
        for (char *next = list; *next && *next != '\n';) {
            pid_t pid = (pid_t)strtol(next, &next, 10);
            next += *next == ' ';
            kill(pid, SIGKILL);
            waitpid(pid, NULL, 0);
        }
    }
    return 0;
}

static int missing(const char *programs)
{
    const char *argv[] = {"sh", "-c", "for each in $0; do command -v $each >/dev/null || exit 1; done", programs, NULL};
    return child_run(&(struct child_plan){.argv = argv}, NULL, 0) != 0;
}

static void skip_unless_possible(const struct pair *pair)
{
    const char *why = NULL;
    if (refused)
        why = "namespaces are not allowed here";
    else if (missing(pair->needs))
        why = "not installed";
    else if (pair->user == ROOT && geteuid() != 0)
        why = "needs root";
    if (why) {
        print_message("%s: %s\n", pair->needs, why);
        skip();
    }
}

enum protection { BARE, PRELOADED, PASSED_ON };

static struct child *play(const struct pair *pair, const char *program, int port, enum protection protection)
{
    char number[8], hold[1024];
    const char *policy[] = {POLICY, NULL}, *pass_on[] = {hold, NULL};
    const char *argv[] = {play_sh, program, number, directory, NULL};
    struct child_plan plan = {.argv = argv};
    snprintf(number, sizeof number, "%d", port);
    snprintf(hold, sizeof hold, "HOLD=env LD_PRELOAD=%s %s %s %s %s", library, POLICY);
    if (protection == PRELOADED) {
        plan.preload = library;
        plan.environment = policy;
    } else if (protection == PASSED_ON)
        plan.environment = pass_on;
    if (pair->user == NOT_ROOT && geteuid() == 0)
        plan.uid = NOBODY;
    return child_start(&plan);
}

static int carries_policy(const struct oracle_socket *seen)
{
    return seen->keepalive == 1 && seen->idle == IDLE && seen->interval == INTERVAL && seen->probes == PROBES &&
           seen->user_timeout == USER_TIMEOUT_MS;
}

/* Every TCP socket of a process tree carries the policy, or none does; and there is a connection among them. */
static void assert_sockets(struct child *child, const char *program, int held, int only_connections)
{
    struct oracle_socket seen[ROOM];
    int connections = 0, wrong = 0;
    ssize_t count = oracle_tree(child_pid(child), seen, ROOM);
    assert_in_range(count, 1, ROOM);
    for (ssize_t i = 0; i < count; i++) {
        connections += !seen[i].listening;
        if (carries_policy(&seen[i]) == held || (only_connections && seen[i].listening))
            continue;
        wrong++;
        oracle_print(stderr, &seen[i]);
    }
    if (wrong || connections == 0)
        fail_msg("%s %s: %d of %zd sockets wrong, %d connections", held ? "held" : "bare", program, wrong, count,
                 connections);
}

static void converse(const struct pair *pair, int held)
{
    static int port = FIRST_PORT;
    enum protection others = held ? PRELOADED : BARE;
    skip_unless_possible(pair);
    port++;
    struct child *server = play(pair, pair->server, port, pair->kind == SERVER || !held ? others : PASSED_ON);
    if (child_listens(server, port, CHILD_DEADLINE_MS) != port)
        fail_msg("%s does not listen: %s", pair->server, child_errors(server));
    struct child *client = play(pair, pair->client, port, others);
    if (child_line_with(client, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("%s got no answer: %s%s", pair->client, child_errors(client), child_errors(server));
    assert_sockets(server, pair->server, held, pair->kind == STARTER_KEEPS);
    assert_sockets(client, pair->client, held, 0);
    if (held) {
        seen(child_pid(server), "preload", pair->note);
        seen(child_pid(client), "preload", NULL);
    }
}

static void differs_bare(void **state)
{
    converse(*state, 0);
}

static void carries_the_policy(void **state)
{
    converse(*state, 1);
}

int main(void)
{
    static struct CMUnitTest tests[2 * PAIRS];
    static char names[2 * PAIRS][64];
    for (size_t i = 0; i < 2 * PAIRS; i++) {
        const struct pair *pair = &pairs[i / 2];
        snprintf(names[i], sizeof names[i], "%s %s", pair->name, i % 2 ? "carry the policy" : "differ bare");
        tests[i] = (struct CMUnitTest){names[i], i % 2 ? carries_the_policy : differs_bare, NULL, stop_all,
                                       (void *)(uintptr_t)pair};
    }
    return cmocka_run_group_tests(tests, begin, end);
}
