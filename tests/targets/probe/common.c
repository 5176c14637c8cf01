/* What the sub-commands share. */
#include "probe.h"
#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

long probe_returned(const char *name, long result)
{
    int code = errno;
    if (code == PROBE_ERRNO)
        printf("%s %ld kept\n", name, result);
    else
        printf("%s %ld %s\n", name, result, strerror(code));
    return result;
}

void probe_shows(const char *name, int fd)
{
    printf("fd %s %d\n", name, fd);
}

void probe_wrong(const char *what)
{
    fprintf(stderr, "probe: wrong %s\n", what);
    exit(64);
}

int probe_number(const char *text)
{
    char *end = NULL;
    long number = text ? strtol(text, &end, 10) : -1;
    if (!text || *end || number < 0 || number > INT_MAX)
        probe_wrong("number");
    return (int)number;
}

struct probe_place probe_place(const char *family)
{
    struct probe_place place = {.domain = AF_INET6, .size = sizeof(struct sockaddr_in6)};
    struct sockaddr_in *four = (struct sockaddr_in *)&place.address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&place.address;
    const char *port = family ? strchr(family, ':') : NULL;
    size_t length = port ? (size_t)(port - family) : strlen(family ? family : "");
    if (length == 4 && strncmp(family, "inet", length) == 0) {
        place.domain = four->sin_family = AF_INET;
        four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        place.size = sizeof *four;
    } else if (length && (strncmp(family, "inet6", length) == 0 || strncmp(family, "mapped", length) == 0)) {
        six->sin6_family = AF_INET6;
        inet_pton(AF_INET6, family[0] == 'm' ? "::ffff:127.0.0.1" : "::1", &six->sin6_addr);
    } else {
        probe_wrong("family");
    }
    six->sin6_port = htons(port ? (uint16_t)probe_number(port + 1) : 0); /* at the same place in both */
    return place;
}

int probe_listener(struct probe_place *place)
{
    int fd = (int)CALL("socket", socket(place->domain, SOCK_STREAM, 0));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    CALL("bind", bind(fd, (struct sockaddr *)&place->address, place->size));
    CALL("listen", listen(fd, 64));
    getsockname(fd, (struct sockaddr *)&place->address, &place->size);
    return fd;
}

void probe_closed_port(struct probe_place *place)
{
    int fd = socket(place->domain, SOCK_STREAM, 0);
    ((struct sockaddr_in6 *)&place->address)->sin6_port = 0;
    if (bind(fd, (struct sockaddr *)&place->address, place->size) != 0)
        probe_wrong("place");
    getsockname(fd, (struct sockaddr *)&place->address, &place->size);
    close(fd);
}
