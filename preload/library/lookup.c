#include "preload/library/lookup.h"
#include "preload/library/loaded_elf.h"

void *lookup_behind_us(const char *name)
{
    uint32_t hash = loaded_elf_hash(name);
    const struct link_map *map = loaded_elf_first();
    void *address = NULL;
    while (map && !loaded_elf_is_ours(map->l_ld))
        map = map->l_next;
    while (map && !address && (map = map->l_next)) {
        struct loaded_elf object;
        if (loaded_elf_read(map->l_addr, map->l_ld, &object))
            address = loaded_elf_find(&object, name, hash);
    }
    return address;
}
