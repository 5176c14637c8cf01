#include "probe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a test writes the header that programs for .NET have. */
__attribute__((used)) static const char room_for_a_header[96];

void must(int worked, const char *call)
{
    if (worked)
        return;
    printf("%s failed %lu\n", call, GetLastError());
    exit(1);
}

struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((u_short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

void *extension(SOCKET s, GUID id)
{
    void *found = NULL;
    DWORD size;
    must(!WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &found, sizeof found, &size, NULL, NULL),
         "SIO_GET_EXTENSION_FUNCTION_POINTER");
    return found;
}

void announce(SOCKET listener)
{
    struct sockaddr_in name = loopback(0);
    int size = sizeof name;
    must(!bind(listener, (struct sockaddr *)&name, size), "bind");
    must(!listen(listener, SOMAXCONN), "listen");
    must(!getsockname(listener, (struct sockaddr *)&name, &size), "getsockname");
    printf("listening %d\n", ntohs(name.sin_port));
}

void hold(void)
{
    char line[64];
    puts("ready");
    while (fgets(line, sizeof line, stdin))
        ;
}

int await(HANDLE port)
{
    DWORD bytes = 0;
    ULONG_PTR key;
    OVERLAPPED *done = NULL;
    BOOL worked = GetQueuedCompletionStatus(port, &bytes, &key, &done, 60000);
    if (worked)
        printf("completed %lu\n", bytes);
    else
        printf("failed %lu\n", GetLastError());
    return worked;
}

static void run_way(const struct way *ways, int argc, char **argv)
{
    for (; ways->name; ways++)
        if (strcmp(ways->name, argv[1]) == 0) {
            ways->run(argc - 2, argv + 2);
            exit(0);
        }
}

int main(int argc, char **argv)
{
    WSADATA data;
    setvbuf(stdout, NULL, _IONBF, 0);
    setvbuf(stderr, NULL, _IONBF, 0);
    if (argc > 1) {
        must(!WSAStartup(MAKEWORD(2, 2), &data), "WSAStartup");
        run_way(client_ways, argc, argv);
        run_way(server_ways, argc, argv);
        run_way(other_ways, argc, argv);
        run_way(load_ways, argc, argv);
        run_way(option_ways, argc, argv);
        run_way(process_ways, argc, argv);
        run_way(hostile_ways, argc, argv);
    }
    fprintf(stderr, "probe: no such way\n");
    return 2;
}
