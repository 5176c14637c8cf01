/* Programs that make it hard: for whoever looks at what they have loaded, and at what they have open. */
#include "probe.h"
#include <stdio.h>
#include <stdlib.h>

enum { LOADERS = 4, LIBRARIES = 12 };

static volatile LONG ended;

static DWORD WINAPI load_and_unload(void *first)
{
    static const char *const names[LIBRARIES] = {"winmm.dll",   "crypt32.dll",  "wininet.dll",  "winhttp.dll",
                                                 "dbghelp.dll", "setupapi.dll", "comdlg32.dll", "urlmon.dll",
                                                 "msi.dll",     "dnsapi.dll",   "rasapi32.dll", "netapi32.dll"};
    for (unsigned i = (unsigned)(ULONG_PTR)first; !ended; i++) {
        HMODULE module = LoadLibraryA(names[i % LIBRARIES]);
        if (module)
            FreeLibrary(module);
    }
    return 0;
}

/* unload: a listener, and threads that load and unload libraries until standard input ends. */
static void way_unload(int argc, char **argv)
{
    (void)argc, (void)argv;
    announce(socket(AF_INET, SOCK_STREAM, 0));
    for (ULONG_PTR i = 0; i < LOADERS; i++)
        must(CreateThread(NULL, 0, load_and_unload, (void *)(i * 3), 0, NULL) != NULL, "CreateThread");
    hold();
    ended = 1;
    ExitProcess(7);
}

/* Says how many of the sockets have keepalive, by a call that nobody answers for the system. */
static void count(const SOCKET *sockets, int number)
{
    int covered = 0;
    for (int i = 0; i < number; i++) {
        int on = 0, size = sizeof on;
        must(!getsockopt(sockets[i], SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &size), "SO_KEEPALIVE");
        covered += (on & 0xff) != 0;
    }
    printf("covered %d\n", covered);
}

/* crowd NUMBER: a listener and that many sockets; at each line of standard input it counts those with keepalive. */
static void way_crowd(int argc, char **argv)
{
    int number = atoi(argv[0]);
    char line[64];
    SOCKET *sockets = calloc((size_t)number, sizeof *sockets);
    (void)argc;
    announce(socket(AF_INET, SOCK_STREAM, 0));
    for (int i = 0; i < number; i++) {
        sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
        must(sockets[i] != INVALID_SOCKET, "socket");
    }
    puts("ready");
    while (fgets(line, sizeof line, stdin))
        count(sockets, number);
}

const struct way hostile_ways[] = {
    {"unload", way_unload},
    {"crowd", way_crowd},
    {0},
};
