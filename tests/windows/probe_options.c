#include "probe.h"
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    int number;
} options[] = {{"idle", 3}, {"interval", 17}, {"probes", 16}, {"bound", 5}};

enum { OPTIONS = sizeof options / sizeof *options };

/* own_options PORT IDLE INTERVAL PROBES: says what the program then reads back. */
static void way_own_options(int argc, char **argv)
{
    struct sockaddr_in name = loopback(atoi(argv[0]));
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    must(!connect(s, (struct sockaddr *)&name, sizeof name), "connect");
    for (int i = 0; i + 1 < argc && i < OPTIONS; i++) {
        DWORD value = (DWORD)atol(argv[i + 1]);
        must(!setsockopt(s, IPPROTO_TCP, options[i].number, (char *)&value, sizeof value), options[i].name);
    }
    for (int i = 0; i < OPTIONS; i++) {
        DWORD value = 0;
        int size = sizeof value;
        if (getsockopt(s, IPPROTO_TCP, options[i].number, (char *)&value, &size))
            printf("%s error %d\n", options[i].name, WSAGetLastError());
        else
            printf("%s %lu\n", options[i].name, value);
    }
    hold();
}

const struct way option_ways[] = {
    {"own_options", way_own_options},
    {0},
};
