/* Addresses: inet_pton(3) takes the same ones for the same bytes, and what is written is read again. */
#include "core/address.h"
#include "fuzz.h"
#include <arpa/inet.h>
#include <string.h>

static void check_v4(struct span span, const char *text)
{
    uint8_t bytes[4], reference[4];
    bool fine = address_parse_v4(span, bytes);
    PROPERTY(fine == (inet_pton(AF_INET, text, reference) == 1));
    PROPERTY(!fine || memcmp(bytes, reference, sizeof bytes) == 0);
}

static void check_v6(struct span span, const char *text)
{
    uint8_t bytes[16], reference[16];
    TEXT(written, 64);
    bool fine = address_parse_v6(span, bytes);
    PROPERTY(fine == (inet_pton(AF_INET6, text, reference) == 1));
    if (!fine)
        return;
    PROPERTY(memcmp(bytes, reference, sizeof bytes) == 0);
    struct address address = address_v6(bytes);
    address_write(&written, &address);
    if (address_is_v4(&address)) {
        PROPERTY(address_parse_v4(span_of(written.at), reference) && memcmp(bytes + 12, reference, 4) == 0);
        return;
    }
    struct span inner = {written.at + 1, written.used - 2};
    PROPERTY(address_parse_v6(inner, reference) && memcmp(bytes, reference, sizeof bytes) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[64] = "";
    struct span span = {(const char *)data, size};
    if (size >= sizeof text)
        return 0;
    for (size_t i = 0; i < size; i++) {
        if (!data[i] || data[i] == ' ' || (data[i] >= '\t' && data[i] <= '\r'))
            return 0; /* a word of a rule has none */
        text[i] = (char)data[i];
    }
    check_v4(span, text);
    check_v6(span, text);
    return 0;
}
