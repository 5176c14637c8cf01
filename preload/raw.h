/*
 * raw: system calls without the C library: no errno, no cancellation point, no interposer.
 *
 * For what concerns the library alone: its messages, the file behind stderr, the program's name. Never for a call that
 * the program makes.
 */
#ifndef PRELOAD_RAW_H
#define PRELOAD_RAW_H

#include <sys/syscall.h>

#if defined(__clang_analyzer__)

long raw_call(long number, long a, long b, long c, long d,
              long e); /* that it writes to memory is not seen in an instruction */

#elif defined(__x86_64__)

static inline long raw_call(long number, long a, long b, long c, long d, long e)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = 0; /* ppoll's and sendto's sixth: no mask, no length */
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

#elif defined(__i386__)

static inline long raw_call(long number, long a, long b, long c, long d, long e)
{
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
    return result;
}

#elif defined(__aarch64__)

static inline long raw_call(long number, long a, long b, long c, long d, long e)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = 0;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}

#else
#error "raw_call is written for x86_64, i386 and aarch64"
#endif

#define RAW(name, a, b, c, d, e) raw_call(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

#endif
