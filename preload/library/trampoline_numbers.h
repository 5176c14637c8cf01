/*
 * trampoline_numbers: what trampoline's machine code and its C code both know.
 */
#ifndef PRELOAD_LIBRARY_TRAMPOLINE_NUMBERS_H
#define PRELOAD_LIBRARY_TRAMPOLINE_NUMBERS_H

/*
 * The exported functions. The first two are called often, and have their target in trampoline_target once it is known.
 */
#define TRAMPOLINE_SYSCALL 0
#define TRAMPOLINE_DLOPEN  1
#define TRAMPOLINE_EXECL   2
#define TRAMPOLINE_EXECLE  3
#define TRAMPOLINE_EXECLP  4

/* RTLD_DEEPBIND is glibc's; musl ignores the bit. */
#define TRAMPOLINE_DEEPBIND 8

#endif
