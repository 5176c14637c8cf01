/*
 * loaded_elf: what a loaded ELF object says about itself.
 *
 * Used by lookup and deepbind, on what dl_iterate_phdr(3) shows them. It reads, and never writes.
 */
#ifndef PRELOAD_LIBRARY_LOADED_ELF_H
#define PRELOAD_LIBRARY_LOADED_ELF_H

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the C library has none, nothing is found. */
#pragma weak dl_iterate_phdr

struct loaded_elf {
    const ElfW(Sym) * symbol;
    const char *strings;
    const ElfW(Half) * versions; /* NULL: none */
    const uint32_t *hash;        /* DT_GNU_HASH; NULL: none */
    struct loaded_elf_relocations {
        const void *at;
        size_t size;
    } relocations, lazy;  /* DT_REL or DT_RELA, and DT_JMPREL */
    bool has_search_path; /* DT_RPATH or DT_RUNPATH */
};

/* False when it has no symbols. */
bool loaded_elf_read(const struct dl_phdr_info *info, struct loaded_elf *object);

/* Is the address in one of its segments? */
bool loaded_elf_holds(const struct dl_phdr_info *info, const void *address);

bool loaded_elf_is_ours(const struct dl_phdr_info *info);

/* The default version of the function that it defines by that name, or NULL. */
void *loaded_elf_find(const struct dl_phdr_info *info, const struct loaded_elf *object, const char *name);

bool loaded_elf_same_name(const char *a, const char *b);

#endif
