/*
 * What every fuzzer shares. libFuzzer calls LLVMFuzzerTestOneInput() with bytes that lie alone in memory, so that a
 * sanitizer sees every step past their end. A property that does not hold ends the run as a crash does.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROPERTY(condition)                                                                                            \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            __builtin_trap();                                                                                          \
    } while (0)

/* A text in a local buffer of that name. */
#define TEXT(name, size)                                                                                               \
    char name##_buffer[size];                                                                                          \
    struct text name = text_in(name##_buffer, sizeof name##_buffer)

#endif
