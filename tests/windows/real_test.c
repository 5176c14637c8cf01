/*
 * Windows programs that nobody here wrote (tests/setup/windows_programs.sh): PostgreSQL, which starts with a restricted
 * token in a job and hands each connection to a process of its own by WSADuplicateSocket; esbuild, in Go; gdbserver,
 * with select and accept. Each bare and under the policy, its sockets read from outside, and at its work.
 */
#include "harness/cmocka_all.h"
#include "harness/loopback.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include "windows/wine_seen.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define POLICY "--idle 37s --interval 10s --probes 10"
#define RUN    "run " POLICY " --"
enum { IDLE = 37, INTERVAL = 10, ITS_OWN_IDLE = 200, TEXT_SIZE = 8192, STARTS_MS = 90000 };

static char output[TEXT_SIZE], errors[TEXT_SIZE];

static bool is_covered(const struct oracle_socket *seen)
{
    return seen->keepalive && seen->idle == IDLE && seen->interval == INTERVAL;
}

static void expect(struct oracle_socket seen, bool covered, const char *who)
{
    if (is_covered(&seen) == covered)
        return;
    oracle_print(stderr, &seen);
    fail_msg("%s: %s expected", who, covered ? "37 s, 10 s" : "another policy than ours");
}

static const char *real(const char *program)
{
    static char path[512];
    snprintf(path, sizeof path, "cache/windows_programs/%s", program);
    return strcpy(path, scene_build(path));
}

static void needs(const char *program)
{
    if (access(real(program), R_OK) == 0)
        return;
    print_message("skipped: %s could not be had (tests/setup/windows_programs.sh)\n", program);
    skip();
}

/* The rest of the question, and what comes back until the answer is in it. */
static void converse(int fd, const char *words, struct child *child, const char *question, const char *answer)
{
    struct timeval limit = {WINE_DEADLINE_MS / 1000, 0};
    size_t came = 0;
    *output = '\0';
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    assert_int_equal(send(fd, question, strlen(question), 0), strlen(question));
    for (ssize_t count = 1; count > 0 && !strstr(output, answer); came += count > 0 ? (size_t)count : 0) {
        count = recv(fd, output + came, sizeof output - 1 - came, 0);
        output[came + (size_t)(count > 0 ? count : 0)] = '\0';
    }
    if (!strstr(output, answer))
        fail_msg("%s answers: %s\n%s%s", words, output, child_output(child), child_errors(child));
}

/*
 * A program that listens there: what it does with a connection, and that it still does its work. The connection is
 * looked at while it waits for the question's second half: some close it once they have answered.
 */
static void look_at(const char *word, const char *words, int port, bool covered, const char *question,
                    const char *answer)
{
    struct child *child = wine_start(word, covered ? RUN : NULL, words, NULL);
    expect(wine_listener(port), covered, words);
    int fd = loopback_connect(port);
    assert_int_equal(send(fd, question, 1, 0), 1);
    if (covered)
        wine_connection_gets(port, IDLE);
    expect(wine_connection(port), covered, words);
    converse(fd, words, child, question + 1, answer);
    close(fd);
    child_stop(child);
}

static void esbuild(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *word = wine_words[i % 2];
        char program[64], words[700];
        int port = wine_free_port();
        snprintf(program, sizeof program, "%s/esbuild.exe", word);
        needs(program);
        snprintf(words, sizeof words, "%s --serve=127.0.0.1:%d --servedir=Z:%s", real(program), port, wine_folder());
        look_at(word, words, port, i / 2, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK");
        if (i / 2)
            wine_seen(word, "esbuild.exe", "Go");
    }
}

static void gdbserver(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const char *word = wine_words[i % 2];
        char program[64], debugged[64], words[700];
        int port = wine_free_port(), used;
        snprintf(program, sizeof program, "%s/gdbserver.exe", word);
        needs(program);
        snprintf(debugged, sizeof debugged, "windows/tests/%s/probe.exe", word);
        used = snprintf(words, sizeof words, "%s 127.0.0.1:%d ", real(program), port);
        snprintf(words + used, sizeof words - (size_t)used, "%s", scene_build(debugged));
        look_at(word, words, port, i / 2, "+$qSupported#37", "PacketSize=");
        if (i / 2)
            wine_seen(word, "gdbserver.exe", NULL);
    }
}

/* Command lines of pg_ctl in a copy of the model cluster that listens on the port. */
static const char *pg_ctl(const char *verb)
{
    static char words[1024];
    snprintf(words, sizeof words, "%s -w -t 60 -D Z:%s/data -l Z:%s/log %s", real("postgres/bin/pg_ctl.exe"),
             wine_folder(), wine_folder(), verb);
    return words;
}

/* It sets keepalive by itself, connection by connection. */
static int copy_cluster(void)
{
    char command[1024];
    int port = wine_free_port();
    snprintf(command, sizeof command, "rm -rf '%s/data' && cp -a '%s' '%s/data'", wine_folder(), real("postgres/data"),
             wine_folder());
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "%s/data/postgresql.conf", wine_folder());
    FILE *file = fopen(command, "ae");
    assert_non_null(file);
    fprintf(file,
            "port = %d\nfsync = off\nautovacuum = off\nlisten_addresses = '127.0.0.1'\n"
            "tcp_keepalives_idle = %d\n",
            port, ITS_OWN_IDLE);
    assert_int_equal(fclose(file), 0);
    return port;
}

static void start_cluster(const char *word, const char *tool)
{
    struct child *child = wine_start(word, tool, pg_ctl("start"), NULL);
    if (child_line_with(child, "server started", STARTS_MS) != 0)
        fail_msg("PostgreSQL: %s%s", child_output(child), child_errors(child));
}

static void stop_cluster(void)
{
    if (wine_run("x86_64", NULL, pg_ctl("stop"), NULL, output, sizeof output) != 0)
        fail_msg("PostgreSQL: %s", output);
}

/* A client that stays: it asks, and gets its answer. */
static struct child *ask(int port)
{
    char name[16];
    snprintf(name, sizeof name, "%d", port);
    const char *argv[] = {"psql", "-h", "127.0.0.1", "-p", name, "-U", "postgres", "-Atq", NULL};
    struct child *client = child_start(&(struct child_plan){.argv = argv});
    child_say(client, "select count(*) from generate_series(1, 6177);\n");
    if (child_line_with(client, "6177", WINE_DEADLINE_MS) != 0)
        fail_msg("psql: %s", child_errors(client));
    return client;
}

/* The port of the client's own end. */
static int port_of(struct child *client)
{
    struct oracle_socket seen[4];
    assert_int_equal(oracle_process(child_pid(client), seen, 4), 1);
    return oracle_port(&seen->local);
}

static void postgres_run(void **state)
{
    (void)state;
    needs("postgres/data/postgresql.conf");
    for (size_t i = 0; i < 2; i++) {
        int port = copy_cluster();
        start_cluster(wine_words[i], RUN);
        expect(wine_listener(port), true, "PostgreSQL's listener");
        struct child *client = ask(port);
        expect(wine_peer_of(port_of(client)), true, "PostgreSQL");
        child_stop(client);
        stop_cluster();
        wine_seen("x86_64", "postgres.exe", i ? "by the 32-bit command" : NULL);
    }
}

/* ` PID` of each postgres.exe with a socket. */
static void add_servers(char *words, size_t room)
{
    long told[32];
    size_t count = 0, used = strlen(words);
    assert_int_equal(wine_tool("x86_64", "list", output, NULL, sizeof output), 0);
    for (char *rest = NULL, *line = strtok_r(output, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        long pid = strstr(line, "postgres.exe") ? strtol(line, NULL, 10) : 0;
        for (size_t i = 0; i < count; i++)
            pid = told[i] == pid ? 0 : pid;
        if (!pid || count == sizeof told / sizeof *told)
            continue;
        told[count++] = pid;
        used += (size_t)snprintf(words + used, room - used, " %ld", pid);
    }
    assert_true(count > 0);
}

/* To all its processes, by the command of that word size: the connection that there is, and the next one. */
static void attach_to_cluster(const char *word, int idle, int port, struct child *client)
{
    char words[512];
    snprintf(words, sizeof words, "attach --idle %ds --interval 10s --probes 10 --follow on", idle);
    add_servers(words, sizeof words);
    if (wine_tool(word, words, output, errors, sizeof output) != 0)
        fail_msg("%s: %s%s", words, output, errors);
    wine_peer_gets(port_of(client), idle);
    struct child *next = ask(port);
    wine_peer_gets(port_of(next), idle);
}

static void postgres_attach(void **state)
{
    (void)state;
    needs("postgres/data/postgresql.conf");
    int port = copy_cluster();
    start_cluster("x86_64", NULL);
    struct child *client = ask(port);
    assert_int_equal(wine_peer_of(port_of(client)).idle, ITS_OWN_IDLE);
    for (int i = 0; i < 2; i++) {
        attach_to_cluster(wine_words[i], IDLE + i, port, client);
        wine_seen("x86_64", "postgres.exe", i ? "attach by the 32-bit command" : "attach");
    }
    child_stop(client);
    stop_cluster();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, child_stop_all)
        TEST(esbuild),
        TEST(gdbserver),
        TEST(postgres_run),
        TEST(postgres_attach),
#undef TEST
    };
    return cmocka_run_group_tests(tests, wine_setup, wine_teardown);
}
