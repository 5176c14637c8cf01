#include "preload/library/loaded_elf.h"

enum { VERSION_HIDDEN = 0x8000, WORD_BITS = 8 * sizeof(ElfW(Addr)) };

/* The linker's name for our own dynamic section, which musl's <link.h> does not declare. */
extern const ElfW(Dyn) own_dynamic[] __asm__("_DYNAMIC") __attribute__((visibility("hidden")));

/* glibc's and musl's: neither C library has the other's, nor declares it. */
extern struct r_debug glibcs_list __asm__("_r_debug") __attribute__((weak));
extern struct r_debug *musls_list __asm__("_dl_debug_addr") __attribute__((weak));

const struct link_map *loaded_elf_first(void)
{
    return &glibcs_list ? glibcs_list.r_map : &musls_list ? musls_list->r_map : NULL;
}

bool loaded_elf_is_ours(const ElfW(Dyn) * dynamic)
{
    return dynamic == own_dynamic;
}

/* The hash of DT_GNU_HASH: h * 33 + c, from 5381. */
uint32_t loaded_elf_hash(const char *name)
{
    uint32_t hash = 5381;
    for (; *name; name++)
        hash = hash * 33 + (unsigned char)*name;
    return hash;
}

bool loaded_elf_same_name(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* glibc relocates these pointers when it loads an object, musl leaves them relative to its base. */
static const void *pointer(ElfW(Addr) base, ElfW(Addr) value)
{
    return (const void *)(value < base ? base + value : value);
}

static void take(const ElfW(Dyn) * entry, struct loaded_elf *object)
{
    const void *at = pointer(object->base, entry->d_un.d_ptr);
    switch (entry->d_tag) {
    case DT_SYMTAB:
        object->symbol = at;
        break;
    case DT_STRTAB:
        object->strings = at;
        break;
    case DT_VERSYM:
        object->versions = at;
        break;
    case DT_GNU_HASH:
        object->hash = at;
        break;
    case DT_HASH:
        object->plain_hash = at;
        break;
    case DT_REL:
    case DT_RELA:
        object->relocations.at = at;
        break;
    case DT_RELSZ:
    case DT_RELASZ:
        object->relocations.size = entry->d_un.d_val;
        break;
    case DT_JMPREL:
        object->lazy.at = at;
        break;
    case DT_PLTRELSZ:
        object->lazy.size = entry->d_un.d_val;
        break;
    case DT_RPATH:
    case DT_RUNPATH:
        object->has_search_path = true;
        break;
    }
}

bool loaded_elf_read(ElfW(Addr) base, const ElfW(Dyn) * dynamic, struct loaded_elf *object)
{
    *object = (struct loaded_elf){.base = base};
    for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++)
        take(dynamic, object);
    return object->symbol && object->strings;
}

/* st_info has its type in the lower half, in both classes. */
static bool defines(const struct loaded_elf *object, uint32_t index, const char *name)
{
    const ElfW(Sym) *symbol = &object->symbol[index];
    bool hidden = object->versions && object->versions[index] & VERSION_HIDDEN;
    return symbol->st_shndx != SHN_UNDEF && !hidden && loaded_elf_same_name(object->strings + symbol->st_name, name);
}

static void *address_of(const struct loaded_elf *object, uint32_t index)
{
    const ElfW(Sym) *symbol = &object->symbol[index];
    void *address = (void *)(object->base + symbol->st_value);
    return ELF32_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC ? ((void *(*)(void))address)() : address;
}

static void *find_plain(const struct loaded_elf *object, const char *name)
{
    uint32_t count = object->plain_hash ? object->plain_hash[1] : 0;
    for (uint32_t index = 1; index < count; index++)
        if (defines(object, index, name))
            return address_of(object, index);
    return NULL;
}

/* The table begins with how many buckets, the first symbol in it, and the words and shift of a Bloom filter. */
void *loaded_elf_find(const struct loaded_elf *object, const char *name, uint32_t hash)
{
    const uint32_t *table = object->hash;
    if (!table || !table[0])
        return table ? NULL : find_plain(object, name);
    const ElfW(Addr) *filter = (const void *)(table + 4);
    ElfW(Addr) word = filter[hash / WORD_BITS & (table[2] - 1)];
    if (!(word >> hash % WORD_BITS & word >> (hash >> table[3]) % WORD_BITS & 1))
        return NULL;
    const uint32_t *bucket = (const void *)(filter + table[2]), *chain = bucket + table[0];
    for (uint32_t index = bucket[hash % table[0]]; index >= table[1]; index++) {
        uint32_t entry = chain[index - table[1]];
        if ((entry | 1) == (hash | 1) && defines(object, index, name))
            return address_of(object, index);
        if (entry & 1)
            break;
    }
    return NULL;
}
