/*
 * object: what a loaded ELF object says about itself.
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

struct object {
    const ElfW(Sym) * symbol;
    const char *strings;
    const ElfW(Half) * versions; /* NULL: none */
    const uint32_t *hash;        /* DT_GNU_HASH; NULL: none */
    struct object_relocations {
        const void *at;
        size_t size;
    } relocations, lazy;  /* DT_REL or DT_RELA, and DT_JMPREL */
    bool has_search_path; /* DT_RPATH or DT_RUNPATH */
};

/* False when it has no symbols. */
bool object_read(const struct dl_phdr_info *info, struct object *object);

/* Is the address in one of its segments? */
bool object_holds(const struct dl_phdr_info *info, const void *address);

bool object_is_ours(const struct dl_phdr_info *info);

/* The default version of the function that it defines by that name, or NULL. */
void *object_find(const struct dl_phdr_info *info, const struct object *object, const char *name);

bool object_same_name(const char *a, const char *b);

#endif
