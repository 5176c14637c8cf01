/*
 * memory: the two functions that the compiler calls by itself (GCC: Standards, freestanding environments).
 * The library is linked without a C run-time library, which would be one more DLL in the program.
 */
#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int byte, size_t size);

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    unsigned char *out = to;
    const unsigned char *in = from;
    while (size--)
        *out++ = *in++;
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    unsigned char *out = to;
    while (size--)
        *out++ = (unsigned char)byte;
    return to;
}
