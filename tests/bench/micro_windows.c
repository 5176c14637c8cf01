/*
 * The same as micro.c for Windows: one kind of call many times over, in nanoseconds for one.
 *
 *   micro.exe socket|connect|accept COUNT
 *   micro.exe hold COUNT     has so many sockets, prints its process number; after a line waits until the last has
 * keepalive
 */
#include <winsock2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 64 };

static SOCKET listener, client[BATCH], server[BATCH];
static struct sockaddr_in address;

static SOCKET make(void)
{
    SOCKET one = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (one == INVALID_SOCKET)
        exit(1);
    return one;
}

static void open_place(void)
{
    int size = sizeof address;
    listener = make();
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, SOMAXCONN) != 0)
        exit(1);
    getsockname(listener, (struct sockaddr *)&address, &size);
}

static void sockets(void)
{
    for (int i = 0; i < BATCH; i++)
        closesocket(make());
}

static void dial_all(void)
{
    for (int i = 0; i < BATCH; i++) {
        client[i] = make();
        if (connect(client[i], (struct sockaddr *)&address, sizeof address) != 0)
            exit(1);
    }
}

static void accept_all(void)
{
    for (int i = 0; i < BATCH; i++)
        if ((server[i] = accept(listener, NULL, NULL)) == INVALID_SOCKET)
            exit(1);
}

/* Without a TIME_WAIT, which would fill up the ports. */
static void drop_all(void)
{
    const struct linger at_once = {1, 0};
    for (int i = 0; i < BATCH; i++) {
        setsockopt(client[i], SOL_SOCKET, SO_LINGER, (const char *)&at_once, sizeof at_once);
        closesocket(client[i]);
        closesocket(server[i]);
    }
}

static void accept_and_drop(void)
{
    accept_all();
    drop_all();
}

static void nothing(void)
{
}

static void hold(long count)
{
    char byte;
    int on = 0, size = sizeof on;
    SOCKET last = make();
    while (--count > 0)
        last = make();
    printf("%lu\n", GetCurrentProcessId());
    fflush(stdout);
    if (fread(&byte, 1, 1, stdin) != 1)
        return;
    while (getsockopt(last, SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &size) == 0 && !on)
        Sleep(1);
    puts("covered");
    fflush(stdout);
}

static const struct {
    const char *name;
    void (*before)(void), (*timed)(void), (*after)(void);
} rows[] = {
    {"socket", nothing, sockets, nothing},
    {"connect", nothing, dial_all, accept_and_drop},
    {"accept", dial_all, accept_all, drop_all},
};

int main(int argc, char **argv)
{
    WSADATA data;
    LARGE_INTEGER begin, end, second;
    double taken = 0;
    size_t row = 0, all = sizeof rows / sizeof *rows;
    if (argc == 3 && strcmp(argv[1], "hold") == 0 && WSAStartup(MAKEWORD(2, 2), &data) == 0) {
        hold(atol(argv[2]));
        return 0;
    }
    while (argc == 3 && row < all && strcmp(argv[1], rows[row].name) != 0)
        row++;
    if (argc != 3 || row == all || WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return 64;
    QueryPerformanceFrequency(&second);
    open_place();
    long batches = (atol(argv[2]) + BATCH - 1) / BATCH;
    for (long i = 0; i < batches; i++) {
        rows[row].before();
        QueryPerformanceCounter(&begin);
        rows[row].timed();
        QueryPerformanceCounter(&end);
        rows[row].after();
        taken += (double)(end.QuadPart - begin.QuadPart) / (double)second.QuadPart;
    }
    printf("%.1f\n", taken * 1e9 / (double)(batches * BATCH));
    return 0;
}
