#include "probe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name, *arguments;
    void (*run)(char **arguments);
} commands[] = {
    {"socket", "inet|inet6 TYPE[+cloexec][+nonblock] PROTOCOL", probe_socket},
    {"others", "", probe_others},
    {"zero", "", probe_zero},
    {"connect", "FAMILY plain|nonblocking|refused|unspec|twice", probe_connect},
    {"fastopen", "FAMILY sendto|sendmsg|sendmmsg", probe_fastopen},
    {"serve", "FAMILY accept|accept4 COUNT", probe_serve},
    {"accept-on", "FD accept|accept4 COUNT", probe_accept_on},
    {"dial", "FD accept|accept4 COUNT", probe_dial},
    {"wildcard", "inet[:PORT]", probe_wildcard},
    {"use", "FD...", probe_use},
    {"receive", "FD recvmsg|recvmmsg", probe_receive},
    {"set", "socket|connected|listener|accepted|off|off-later|none", probe_set},
    {"wrong", "", probe_wrong_calls},
    {"ring", "accept|connect|client", probe_ring},
    {"starts", "PORT none|off none|child", probe_starts},
    {"second", "PORT PORT", probe_second},
    {"way", "PORT before|after [on|off|idle=N|bound=N]...", probe_way},
    {"alias", "", probe_alias},
    {"says", "IDLE on|off", probe_says},
    {"repeat", "socket|connection|listener|refused|datagram|local|option COUNT", probe_repeat},
};

static void usage(void)
{
    fputs("usage: probe [-x] COMMAND [ARGUMENT...]\n  -x  end at once instead of waiting\n", stderr);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(stderr, "  %s %s\n", commands[i].name, commands[i].arguments);
    exit(64);
}

int main(int argc, char **argv)
{
    int first = argc > 1 && strcmp(argv[1], "-x") == 0 ? 2 : 1;
    if (argc <= first)
        usage();
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(argv[first], commands[i].name) != 0)
            continue;
        commands[i].run(argv + first + 1);
        puts("ready");
        fflush(stdout);
        if (first == 2)
            return 0;
        for (;;)
            pause();
    }
    usage();
}
