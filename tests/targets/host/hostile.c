/* Descriptors closed and replaced, other roots and namespaces, limits, filters. */
#include "filter.h"
#include "host.h"
#include <fcntl.h>
#include <linux/net.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { REPORT = 250, FILES = 1024 };

/* Every descriptor closed but one, where stdout has been put. */
static void close_all(void)
{
    fflush(stdout);
    dup2(1, REPORT);
    for (int fd = 0; fd < FILES; fd++)
        if (fd != REPORT)
            close(fd);
}

/* Has anything arrived that nobody sent? */
static void report_arrived(int fd)
{
    char byte;
    dprintf(REPORT, "fd socket %d\narrived %zd\n", fd, recv(fd, &byte, 1, MSG_DONTWAIT));
}

/* As daemons do it: then sockets take the numbers 0 to 2. */
void host_closes_all(char **arguments)
{
    (void)arguments;
    struct probe_place place = probe_place("inet");
    close_all();
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&place.address, place.size);
    getsockname(listener, (struct sockaddr *)&place.address, &place.size);
    listen(listener, 8);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    int refused = connect(client, (struct sockaddr *)&place.address, place.size);
    int accepted = accept(listener, NULL, NULL);
    int more = socket(AF_INET, SOCK_STREAM, 0);
    refused += connect(more, (struct sockaddr *)&place.address, place.size);
    int more_accepted = accept(listener, NULL, NULL);
    dprintf(REPORT, "refused %d\n", refused);
    report_arrived(client);
    report_arrived(accepted);
    report_arrived(more);
    report_arrived(more_accepted);
    dprintf(REPORT, "ready\n");
    host_waits();
}

/* Descriptors 0 to 2 become files of the program's own, and it goes on making connections. */
void host_data_files(char **arguments)
{
    struct probe_place place = probe_place("inet");
    if (!arguments[0] || chdir(arguments[0]) != 0)
        probe_wrong("directory");
    close_all();
    for (int fd = 0; fd < 3; fd++)
        if (open((const char *[]){"data0", "data1", "data2"}[fd], O_RDWR | O_CREAT, 0600) != fd)
            _exit(1);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&place.address, place.size);
    getsockname(listener, (struct sockaddr *)&place.address, &place.size);
    listen(listener, 8);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    connect(client, (struct sockaddr *)&place.address, place.size);
    report_arrived(client);
    report_arrived(accept(listener, NULL, NULL));
    dprintf(REPORT, "ready\n");
    host_waits();
}

void host_chroot(char **arguments)
{
    if (geteuid() != 0 && unshare(CLONE_NEWUSER) != 0)
        host_unavailable("user namespace");
    if (!arguments[0] || chroot(arguments[0]) != 0 || chdir("/") != 0)
        host_unavailable("chroot");
    host_shows_all();
}

/* A network of its own: its values start afresh, and nothing of the old one is reachable. */
void host_unshare(char **arguments)
{
    (void)arguments;
    if (unshare(geteuid() ? CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS : CLONE_NEWNET | CLONE_NEWNS) != 0)
        host_unavailable("network namespace");
    struct probe_place place = probe_place("inet");
    int fd = (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    CALL("connect", connect(fd, (struct sockaddr *)&place.address, place.size));
    probe_shows("client", fd);
    fd = (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    CALL("listen", listen(fd, 1));
    probe_shows("listener", fd);
}

/* No descriptor more than there are. */
void host_no_files(char **arguments)
{
    (void)arguments;
    struct probe_place place = probe_place("inet");
    int listener = probe_listener(&place);
    int client = (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 0});
    CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    CALL("connect", connect(client, (struct sockaddr *)&place.address, place.size));
    CALL("accept", accept(listener, NULL, NULL));
    CALL("listen", listen(listener, 3));
    probe_shows("listener", listener);
    probe_shows("client", client);
}

static void go_on(char **arguments)
{
    char *again[16] = {"host"};
    for (int i = 0; i < 14 && arguments[i]; i++)
        again[i + 1] = arguments[i];
    execv("/proc/self/exe", again);
    probe_wrong("command");
}

/* A new program that may have so few descriptors from its start, and gets these variables. */
void host_limited(char **arguments)
{
    rlim_t files = (rlim_t)probe_number(*arguments++);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){files, files});
    for (; *arguments && strchr(*arguments, '='); arguments++)
        putenv(*arguments);
    go_on(arguments);
}

/* CALL ERROR: a new program under a filter that answers every such call with this error, as sandboxes do. */
void host_filtered(char **arguments)
{
    struct sock_filter code[16] = {FILTER_LOAD(nr)};
    struct sock_fprog program = {1, code};
    unsigned answer = SECCOMP_RET_ERRNO | (unsigned)probe_number(arguments[1]);
    if (strcmp(arguments[0], "setsockopt") == 0)
        filter_add_on_socket(&program, SYS_setsockopt, SYS_SETSOCKOPT, answer);
    else if (strcmp(arguments[0], "statx") == 0)
        filter_add(&program, SYS_statx, answer);
    else
        probe_wrong("call");
    filter_append(&program, (struct sock_filter)FILTER_ANSWER(SECCOMP_RET_ALLOW));
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        host_unavailable("filter");
    go_on(arguments + 2);
}

/* Connections, one after the other, for the lines that they bring. */
void host_writes(char **arguments)
{
    struct probe_place place = probe_place("inet");
    int listener = probe_listener(&place);
    if (arguments[1] && chdir(arguments[1]) != 0)
        probe_wrong("folder");
    for (int left = probe_number(arguments[0]); left > 0; left--) {
        int client = socket(AF_INET, SOCK_STREAM, 0);
        connect(client, (struct sockaddr *)&place.address, place.size);
        close(accept(listener, NULL, NULL));
        close(client);
    }
}

/* Two connections as the user that it was started as, then two as another, as servers do once they have their port. */
void host_becomes(char **arguments)
{
    char two[] = "2", *const count[] = {two, NULL};
    host_writes((char **)count);
    if (!arguments[0] || setuid((uid_t)probe_number(arguments[0])) != 0)
        host_unavailable("setuid");
    host_writes((char **)count);
}
