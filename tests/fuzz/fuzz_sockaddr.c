/* Addresses as a program hands them to connect: read no further than their length, taken when the kernel would. */
#include "fuzz.h"
#include "preload/facts.h"
#include <netinet/in.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct address address;
    uint16_t port;
    sa_family_t family = AF_UNSPEC;
    if (size >= sizeof family)
        memcpy(&family, data, sizeof family);
    bool fits = (family == AF_INET && size >= sizeof(struct sockaddr_in)) || (family == AF_INET6 && size >= 24);
    bool taken = facts_from_sockaddr((const struct sockaddr *)(const void *)data, (socklen_t)size, &address, &port);
    PROPERTY(taken == fits);
    PROPERTY(!taken || port == (uint16_t)(data[2] << 8 | data[3]));
    return 0;
}
