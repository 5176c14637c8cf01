/*
 * clock: milliseconds since the system began, for measure.
 */
#ifndef WINHOOK_MEASURE_CLOCK_H
#define WINHOOK_MEASURE_CLOCK_H

#include <windows.h>

/* GetTickCount64(), which systems that are told they are too old do not have. */
static inline ULONGLONG clock_ms(void)
{
    LARGE_INTEGER now, second;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&second);
    return (ULONGLONG)(now.QuadPart / second.QuadPart * 1000 + now.QuadPart % second.QuadPart * 1000 / second.QuadPart);
}

#endif
