/*
 * race THREADS: connections made by many threads at once, from before the program's and its libraries' constructors
 * have run, so that the first of all calls come together. Built with ThreadSanitizer, which watches the library in
 * it as well.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EARLY = 8, THREADS_MAX = 256, TIMES = 20 };

static pthread_t early[EARLY];
static int wrong;

static int listen_somewhere(struct sockaddr_in *place)
{
    socklen_t size = sizeof *place;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *place = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (struct sockaddr *)place, size) != 0 || listen(listener, 4) != 0 ||
        getsockname(listener, (struct sockaddr *)place, &size) != 0)
        __atomic_store_n(&wrong, 1, __ATOMIC_RELAXED);
    return listener;
}

static void *connect_again_and_again(void *unused)
{
    struct sockaddr_in place;
    int listener = listen_somewhere(&place);
    for (int i = 0; i < TIMES; i++) {
        int idle = 15 + i, client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        setsockopt(client, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
        int connected = connect(client, (struct sockaddr *)&place, sizeof place);
        int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        setsockopt(accepted, SOL_SOCKET, SO_KEEPALIVE, &(int){i % 2}, sizeof(int));
        if (connected != 0 || accepted < 0)
            __atomic_store_n(&wrong, 1, __ATOMIC_RELAXED);
        close(accepted);
        close(client);
    }
    close(listener);
    return unused;
}

static void begin_early(void)
{
    for (int i = 0; i < EARLY; i++)
        pthread_create(&early[i], NULL, connect_again_and_again, NULL);
}

/* Before any constructor; the sanitizer's own beginning stands in front of it. */
__attribute__((section(".preinit_array"), used)) static void (*const first)(void) = begin_early;

int main(int argc, char **argv)
{
    pthread_t thread[THREADS_MAX];
    int count = argc > 1 ? atoi(argv[1]) : 1;
    for (int i = 0; i < count && i < THREADS_MAX; i++)
        pthread_create(&thread[i], NULL, connect_again_and_again, NULL);
    for (int i = 0; i < EARLY; i++)
        pthread_join(early[i], NULL);
    for (int i = 0; i < count && i < THREADS_MAX; i++)
        pthread_join(thread[i], NULL);
    puts(wrong ? "a call failed" : "ready");
    return wrong;
}
