#include "preload/library/lookup.h"
#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma weak dl_iterate_phdr

enum { VERSION_HIDDEN = 0x8000 };

struct search {
    const char *name;
    uint32_t hash;
    bool behind; /* our own object has been passed */
    void *address;
};

/* What an object says about its symbols. */
struct symbols {
    const ElfW(Sym) *symbol;
    const char *strings;
    const ElfW(Half) *versions; /* NULL: none */
    const uint32_t *hash;       /* DT_GNU_HASH */
};

/* The hash of DT_GNU_HASH: h * 33 + c, from 5381. */
static uint32_t gnu_hash(const char *name)
{
    uint32_t hash = 5381;
    for (; *name; name++)
        hash = hash * 33 + (unsigned char)*name;
    return hash;
}

static bool same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* glibc relocates these pointers when it loads an object, musl leaves them relative to its base. */
static const void *pointer(const struct dl_phdr_info *object, ElfW(Addr) value)
{
    return (const void *)(value < object->dlpi_addr ? object->dlpi_addr + value : value);
}

static bool read_dynamic(const struct dl_phdr_info *object, struct symbols *symbols)
{
    const ElfW(Dyn) *dynamic = NULL;
    *symbols = (struct symbols){0};
    for (int i = 0; i < object->dlpi_phnum; i++)
        if (object->dlpi_phdr[i].p_type == PT_DYNAMIC)
            dynamic = (const void *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
    for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
        const void *at = pointer(object, dynamic->d_un.d_ptr);
        switch (dynamic->d_tag) {
        case DT_SYMTAB:
            symbols->symbol = at;
            break;
        case DT_STRTAB:
            symbols->strings = at;
            break;
        case DT_VERSYM:
            symbols->versions = at;
            break;
        case DT_GNU_HASH:
            symbols->hash = at;
            break;
        }
    }
    return symbols->symbol && symbols->strings && symbols->hash;
}

static bool defines(const struct symbols *symbols, uint32_t index, const char *name)
{
    const ElfW(Sym) *symbol = &symbols->symbol[index];
    bool hidden = symbols->versions && symbols->versions[index] & VERSION_HIDDEN;
    return symbol->st_shndx != SHN_UNDEF && !hidden && same(symbols->strings + symbol->st_name, name);
}

static const ElfW(Sym) *find(const struct symbols *symbols, const struct search *search)
{
    uint32_t buckets = symbols->hash[0], first = symbols->hash[1], bloom_words = symbols->hash[2];
    const uint32_t *bucket = symbols->hash + 4 + bloom_words * (sizeof(ElfW(Addr)) / 4);
    const uint32_t *chain = bucket + buckets;
    uint32_t index = buckets ? bucket[search->hash % buckets] : 0;
    if (index < first)
        return NULL;
    for (;; index++) {
        uint32_t entry = chain[index - first];
        if ((entry | 1) == (search->hash | 1) && defines(symbols, index, search->name))
            return &symbols->symbol[index];
        if (entry & 1)
            return NULL;
    }
}

static bool is_ours(const struct dl_phdr_info *object)
{
    ElfW(Addr) here = (ElfW(Addr))gnu_hash;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        ElfW(Addr) start = object->dlpi_addr + object->dlpi_phdr[i].p_vaddr;
        if (object->dlpi_phdr[i].p_type == PT_LOAD && here >= start && here < start + object->dlpi_phdr[i].p_memsz)
            return true;
    }
    return false;
}

static int visit(struct dl_phdr_info *object, size_t size, void *context)
{
    (void)size;
    struct search *search = context;
    struct symbols symbols;
    if (!search->behind) {
        search->behind = is_ours(object);
        return 0;
    }
    if (!read_dynamic(object, &symbols))
        return 0;
    const ElfW(Sym) *symbol = find(&symbols, search);
    if (symbol)
        search->address = (void *)(object->dlpi_addr + symbol->st_value);
    return symbol != NULL;
}

void *lookup_behind_us(const char *name)
{
    struct search search = {.name = name, .hash = gnu_hash(name)};
    if (dl_iterate_phdr)
        dl_iterate_phdr(visit, &search);
    return search.address;
}
