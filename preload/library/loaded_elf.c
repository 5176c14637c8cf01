#include "preload/library/loaded_elf.h"

enum { VERSION_HIDDEN = 0x8000 };

/* The hash of DT_GNU_HASH: h * 33 + c, from 5381. */
static uint32_t gnu_hash(const char *name)
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
static const void *pointer(const struct dl_phdr_info *info, ElfW(Addr) value)
{
    return (const void *)(value < info->dlpi_addr ? info->dlpi_addr + value : value);
}

static void take(const struct dl_phdr_info *info, const ElfW(Dyn) * entry, struct loaded_elf *object)
{
    const void *at = pointer(info, entry->d_un.d_ptr);
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

bool loaded_elf_read(const struct dl_phdr_info *info, struct loaded_elf *object)
{
    const ElfW(Dyn) *dynamic = NULL;
    *object = (struct loaded_elf){0};
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
            dynamic = (const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++)
        take(info, dynamic, object);
    return object->symbol && object->strings;
}

bool loaded_elf_holds(const struct dl_phdr_info *info, const void *address)
{
    for (int i = 0; i < info->dlpi_phnum; i++) {
        ElfW(Addr) start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && (ElfW(Addr))address - start < info->dlpi_phdr[i].p_memsz)
            return true;
    }
    return false;
}

bool loaded_elf_is_ours(const struct dl_phdr_info *info)
{
    return loaded_elf_holds(info, (const void *)gnu_hash);
}

static bool defines(const struct loaded_elf *object, uint32_t index, const char *name)
{
    const ElfW(Sym) *symbol = &object->symbol[index];
    bool hidden = object->versions && object->versions[index] & VERSION_HIDDEN;
    return symbol->st_shndx != SHN_UNDEF && !hidden && loaded_elf_same_name(object->strings + symbol->st_name, name);
}

void *loaded_elf_find(const struct dl_phdr_info *info, const struct loaded_elf *object, const char *name)
{
    if (!object->hash || !object->hash[0])
        return NULL;
    uint32_t hash = gnu_hash(name), buckets = object->hash[0], first = object->hash[1], bloom_words = object->hash[2];
    const uint32_t *bucket = object->hash + 4 + bloom_words * (sizeof(ElfW(Addr)) / 4);
    const uint32_t *chain = bucket + buckets;
    for (uint32_t index = bucket[hash % buckets]; index >= first; index++) {
        uint32_t entry = chain[index - first];
        if ((entry | 1) == (hash | 1) && defines(object, index, name))
            return (void *)(info->dlpi_addr + object->symbol[index].st_value);
        if (entry & 1)
            break;
    }
    return NULL;
}
