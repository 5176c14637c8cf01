#include "preload/library/deepbind.h"
#include "preload/library/loaded_elf.h"
#include "preload/library/lookup.h"
#include "preload/library/real.h"
#include "preload/raw.h"
#include <dlfcn.h>
#include <errno.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#pragma weak getauxval

#ifdef __LP64__
#define SYMBOL_OF(info) ELF64_R_SYM(info)
typedef Elf64_Rela relocation;
#else
#define SYMBOL_OF(info) ELF32_R_SYM(info)
typedef Elf32_Rel relocation;
#endif

struct opening {
    int seen, before; /* objects walked now, and loaded before */
    bool patching;
    void *next[REAL_COUNT]; /* what the new object's name leads to, where ours would call the same; else NULL */
    void *ours[REAL_COUNT]; /* known from the first walk on */
};

static bool has(const char *text, char wanted)
{
    while (*text && *text != wanted)
        text++;
    return *text == wanted;
}

/* The C library's own; NULL where it has none. */
static typeof(&dl_iterate_phdr) walker(void)
{
    return (typeof(&dl_iterate_phdr))lookup_behind_us("dl_iterate_phdr");
}

static const ElfW(Dyn) * dynamic_of(const struct dl_phdr_info *info)
{
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
            return (const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    return NULL;
}

/* Is the address in one of its segments? */
static bool holds(const struct dl_phdr_info *info, const void *address)
{
    for (int i = 0; i < info->dlpi_phnum; i++) {
        ElfW(Addr) start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && (ElfW(Addr))address - start < info->dlpi_phdr[i].p_memsz)
            return true;
    }
    return false;
}

struct caller {
    const void *address;
    bool has_search_path;
};

static int visit_caller(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    struct caller *caller = context;
    struct loaded_elf object;
    if (!holds(info, caller->address))
        return 0;
    caller->has_search_path = loaded_elf_read(info->dlpi_addr, dynamic_of(info), &object) && object.has_search_path;
    return 1;
}

bool deepbind_concerns(const char *file, int mode, const void *address)
{
    struct caller caller = {.address = address, .has_search_path = true};
    typeof(&dl_iterate_phdr) walk = walker();
    if (!(mode & RTLD_DEEPBIND) || !file || !walk || has(file, '$'))
        return false;
    if (has(file, '/'))
        return true;
    walk(visit_caller, &caller);
    return !caller.has_search_path;
}

/* Writes through the protection that the loader put on the table after it was filled. */
static void write_slot(const struct dl_phdr_info *info, void **slot, void *value)
{
    ElfW(Addr) page = getauxval ? getauxval(AT_PAGESZ) : 4096;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        ElfW(Addr) start = (info->dlpi_addr + part->p_vaddr) & -page;
        ElfW(Addr) end = (info->dlpi_addr + part->p_vaddr + part->p_memsz) & -page;
        if (part->p_type != PT_GNU_RELRO || (ElfW(Addr))slot - start >= end - start)
            continue;
        if (RAW(mprotect, start, end - start, PROT_READ | PROT_WRITE, 0, 0) != 0)
            return;
        __atomic_store_n(slot, value, __ATOMIC_RELAXED);
        RAW(mprotect, start, end - start, PROT_READ, 0, 0);
        return;
    }
    __atomic_store_n(slot, value, __ATOMIC_RELAXED);
}

static bool is_writable(const struct dl_phdr_info *info, const void *slot)
{
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && part->p_flags & PF_W &&
            (ElfW(Addr))slot - info->dlpi_addr - part->p_vaddr <= part->p_memsz - sizeof slot)
            return true;
    }
    return false;
}

/* A slot that is bound to what our hook calls next, or not bound yet: it still leads into the object itself. */
static void turn(const struct opening *opening, const struct dl_phdr_info *info, void **slot, const char *name,
                 bool lazy)
{
    for (enum real_id id = 0; id < REAL_COUNT; id++) {
        if (!opening->next[id] || !opening->ours[id] || !loaded_elf_same_name(name, real_name(id)))
            continue;
        if (is_writable(info, slot) && (*slot == opening->next[id] || (lazy && holds(info, *slot))))
            write_slot(info, slot, opening->ours[id]);
        return;
    }
}

static void turn_all(const struct opening *opening, const struct dl_phdr_info *info, const struct loaded_elf *object,
                     const struct loaded_elf_relocations *list, bool lazy)
{
    const relocation *entry = list->at;
    for (size_t i = 0; entry && i < list->size / sizeof *entry; i++) {
        const ElfW(Sym) *symbol = &object->symbol[SYMBOL_OF(entry[i].r_info)];
        if (SYMBOL_OF(entry[i].r_info) && symbol->st_shndx == SHN_UNDEF)
            turn(opening, info, (void **)(info->dlpi_addr + entry[i].r_offset), object->strings + symbol->st_name,
                 lazy);
    }
}

static int visit(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    struct opening *opening = context;
    struct loaded_elf object;
    int index = opening->seen++;
    if (!loaded_elf_read(info->dlpi_addr, dynamic_of(info), &object))
        return 0;
    if (loaded_elf_is_ours(dynamic_of(info)))
        for (enum real_id id = 0; id < REAL_COUNT; id++)
            opening->ours[id] = loaded_elf_find(&object, real_name(id), loaded_elf_hash(real_name(id)));
    if (opening->patching && index >= opening->before) {
        turn_all(opening, info, &object, &object.relocations, false);
        turn_all(opening, info, &object, &object.lazy, true);
    }
    return 0;
}

static void cover(struct opening *opening, void *handle)
{
    typeof(&dlsym) look_up = (typeof(&dlsym))lookup_behind_us("dlsym");
    typeof(&dlerror) take_error = (typeof(&dlerror))lookup_behind_us("dlerror");
    bool failed = false;
    for (enum real_id id = 0; id < REAL_COUNT; id++) {
        void *own = look_up ? look_up(handle, real_name(id)) : NULL;
        failed = failed || !own;
        opening->next[id] = own && own == real_find(id) ? own : NULL;
    }
    if (failed && take_error)
        take_error(); /* the program's open succeeded: it shall find no error of ours */
    opening->patching = true;
    opening->before = opening->seen;
    opening->seen = 0;
    walker()(visit, opening);
}

void *deepbind_open(const char *file, int mode)
{
    struct opening opening;
    int saved_errno = errno;
    opening.seen = 0;
    opening.patching = false;
    walker()(visit, &opening);
    errno = saved_errno;
    void *handle = ((typeof(&dlopen))real_find(REAL_dlopen))(file, mode);
    saved_errno = errno;
    if (handle)
        cover(&opening, handle);
    errno = saved_errno;
    return handle;
}
