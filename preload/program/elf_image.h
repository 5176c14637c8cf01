/*
 * elf_image: what an executable file says of itself, read from its ELF headers.
 *
 * Called by program (on a file) and by the fuzzer (on a buffer). Follows the ELF specification, version 1.2, and what
 * Linux reads of it (fs/binfmt_elf.c). It trusts nothing in the file: every count is bounded, every offset goes through
 * the source, which refuses what lies outside. It never opens, maps, allocates or prints anything.
 */
#ifndef PRELOAD_PROGRAM_ELF_IMAGE_H
#define PRELOAD_PROGRAM_ELF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the bytes come from. read() fills all of `size` bytes from `offset`, or returns false. */
struct elf_source {
    bool (*read)(const void *context, uint64_t offset, void *into, size_t size);
    const void *context;
};

enum elf_libc {
    ELF_LIBC_NONE,
    ELF_LIBC_GLIBC,
    ELF_LIBC_MUSL,
    ELF_LIBC_OTHER,
};

struct elf_image {
    uint16_t machine;      /* EM_X86_64 ... */
    uint8_t word_bits;     /* 32 or 64 */
    bool other_byte_order; /* not this machine's: nothing below is filled in */
    bool go;               /* Go's build information or build note */
    bool pascal;           /* Free Pascal's own data section */
    bool needs_libc;       /* a C library is named in DT_NEEDED */
    enum elf_libc libc;    /* by DT_NEEDED, else by the interpreter's name */
    char interpreter[256]; /* PT_INTERP, "" when the program is static (static-pie included) */
};

/* False when this is not an executable ELF file: another format, or cut off before its program headers. */
bool elf_image_read(const struct elf_source *source, struct elf_image *image);

/* The usual name of an ELF machine number ("x86_64"), or "another machine". */
const char *elf_machine_name(uint16_t machine);

#endif
