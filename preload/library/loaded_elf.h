/*
 * loaded_elf: what a loaded ELF object says about itself.
 *
 * The objects of the process are read from the loader's own list, which debuggers read as well (ld.so's `_r_debug`,
 * musl's `_dl_debug_addr`): no lock is taken and nothing is allocated on the way, so that it may be read at any moment.
 * It reads, and never writes.
 */
#ifndef PRELOAD_LIBRARY_LOADED_ELF_H
#define PRELOAD_LIBRARY_LOADED_ELF_H

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loaded_elf {
    ElfW(Addr) base;
    const ElfW(Sym) * symbol;
    const char *strings;
    const ElfW(Half) * versions; /* NULL: none */
    const uint32_t *hash;        /* DT_GNU_HASH; NULL: none */
    const uint32_t *plain_hash;  /* DT_HASH; NULL: none */
    struct loaded_elf_relocations {
        const void *at;
        size_t size;
    } relocations, lazy;  /* DT_REL or DT_RELA, and DT_JMPREL */
    bool has_search_path; /* DT_RPATH or DT_RUNPATH */
};

/* The first of all objects in the order of loading, or NULL where the loader keeps no list; the next is ->l_next. */
const struct link_map *loaded_elf_first(void);

bool loaded_elf_is_ours(const ElfW(Dyn) * dynamic);

/* False when it has no symbols. */
bool loaded_elf_read(ElfW(Addr) base, const ElfW(Dyn) * dynamic, struct loaded_elf *object);

/* The hash of DT_GNU_HASH. */
uint32_t loaded_elf_hash(const char *name);

/* The default version of the function that it defines by that name, or NULL. `hash` is loaded_elf_hash(name). */
void *loaded_elf_find(const struct loaded_elf *object, const char *name, uint32_t hash);

bool loaded_elf_same_name(const char *a, const char *b);

#endif
