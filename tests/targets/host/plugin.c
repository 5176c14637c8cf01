/*
 * A plugin: connections of its own, a function whose name the program has as well, and a call that it answers itself.
 */
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

const char *host_flavour(void);
const char *host_flavour(void)
{
    return "plugin's";
}

const char *plugin_flavour(void);
const char *plugin_flavour(void)
{
    return host_flavour();
}

/* Pointers to functions are filled in when it is loaded, calls when they are first made. */
static int (*volatile socket_by_pointer)(int, int, int) = socket;
static int (*volatile connect_by_pointer)(int, const struct sockaddr *, socklen_t) = connect;

void plugin_serve(void (*show)(const char *, int));
void plugin_serve(void (*show)(const char *, int))
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof place;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    bind(listener, (struct sockaddr *)&place, size);
    getsockname(listener, (struct sockaddr *)&place, &size);
    listen(listener, 8);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    connect(client, (struct sockaddr *)&place, size);
    show("listener", listener);
    show("client", client);
    show("accepted", accept(listener, NULL, NULL));
    client = socket_by_pointer(AF_INET, SOCK_STREAM, 0);
    connect_by_pointer(client, (struct sockaddr *)&place, size);
    show("client", client);
}
