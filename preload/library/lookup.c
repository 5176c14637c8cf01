#include "preload/library/lookup.h"
#include "preload/library/loaded_elf.h"

struct search {
    const char *name;
    bool behind; /* our own object has been passed */
    void *address;
};

static int visit(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    struct search *search = context;
    struct loaded_elf object;
    if (!search->behind)
        search->behind = loaded_elf_is_ours(info);
    else if (loaded_elf_read(info, &object))
        search->address = loaded_elf_find(info, &object, search->name);
    return search->address != NULL;
}

void *lookup_behind_us(const char *name)
{
    struct search search = {.name = name};
    if (dl_iterate_phdr)
        dl_iterate_phdr(visit, &search);
    return search.address;
}
