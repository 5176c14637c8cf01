#include "host.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *host_self;

static void serve(char **arguments)
{
    (void)arguments;
    host_shows_all();
}

/* A listener and a client that may not reach it. */
static void dial(char **arguments)
{
    struct probe_place place = probe_place("inet");
    (void)arguments;
    probe_listener(&place);
    int client = (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    CALL("connect", connect(client, (struct sockaddr *)&place.address, place.size));
    probe_shows("client", client);
}

/* A client that sets an option itself before it connects. */
static void own_options(char **arguments)
{
    struct probe_place place = probe_place("inet");
    (void)arguments;
    int listener = probe_listener(&place);
    int client = (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    CALL("idle", setsockopt(client, IPPROTO_TCP, TCP_KEEPIDLE, &(int){15}, sizeof(int)));
    CALL("connect", connect(client, (struct sockaddr *)&place.address, place.size));
    CALL("idle", setsockopt(client, IPPROTO_TCP, TCP_KEEPIDLE, &(int){15}, sizeof(int)));
    CALL("accept", accept(listener, NULL, NULL));
}

static const struct {
    const char *name, *arguments;
    void (*run)(char **arguments);
} commands[] = {
    {"serve", "", serve},
    {"dials-only", "", dial},
    {"own-options", "", own_options},
    {"cancel", "accept|connect", host_cancel},
    {"interrupt", "accept|connect", host_interrupt},
    {"threads", "COUNT", host_threads},
    {"fork-in-threads", "COUNT", host_fork_in_threads},
    {"set-in-threads", "COUNT", host_set_in_threads},
    {"first-in-threads", "COUNT", host_first_in_threads},
    {"first-among-signals", "", host_first_among_signals},
    {"child", "fork|vfork|spawn|clone", host_child},
    {"clean", "CALL [NAME=VALUE...]", host_clean},
    {"close-all", "", host_closes_all},
    {"data-files", "DIRECTORY", host_data_files},
    {"chroot", "DIRECTORY", host_chroot},
    {"unshare", "", host_unshare},
    {"no-files", "", host_no_files},
    {"limited", "FILES [NAME=VALUE...] COMMAND...", host_limited},
    {"filtered", "CALL ERROR COMMAND...", host_filtered},
    {"plugin", "FILE lazy|now|deep-lazy|deep-now", host_plugin},
    {"dlclose", "FILE", host_dlclose},
    {"raw", "", host_raw},
    {"raw-receive", "FD", host_raw_receive},
    {"raw-second-return", "", host_raw_second_return},
    {"interposed", "", host_interposed},
    {"pointers", "inet|inet6", host_pointers},
    {"environments", "", host_environments},
    {"writes", "COUNT [FOLDER]", host_writes},
    {"becomes", "UID", host_becomes},
    {"sandboxed", "WAY ACTION", host_sandboxed},
    {"sandboxed-but-one", "WAY ACTION [refusing]", host_sandboxed_but_one},
    {"sandboxed-child", "WAY execv|execl|execve", host_sandboxed_child},
    {"lightly-sandboxed", "WAY open|broken|refusing", host_lightly_sandboxed},
};

void host_shows_all(void)
{
    struct probe_place place = probe_place("inet");
    int listener = probe_listener(&place);
    int client = (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    CALL("connect", connect(client, (struct sockaddr *)&place.address, place.size));
    int accepted = (int)CALL("accept", accept(listener, NULL, NULL));
    probe_shows("listener", listener);
    probe_shows("client", client);
    probe_shows("accepted", accepted);
}

void host_unavailable(const char *what)
{
    printf("unavailable %s\n", what);
    exit(0);
}

void host_waits(void)
{
    for (;;)
        pause();
}

int main(int argc, char **argv)
{
    host_self = argv[0];
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        commands[i].run(argv + 2);
        puts("ready");
        fflush(stdout);
        host_waits();
    }
    fputs("usage: host COMMAND [ARGUMENT...]\n", stderr);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(stderr, "  %s %s\n", commands[i].name, commands[i].arguments);
    return 64;
}
