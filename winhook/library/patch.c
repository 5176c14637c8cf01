#include "patch.h"
#include "image.h"
#include "winhook/modules.h"

const char *patch_sentence(enum patch_status status)
{
    switch (status) {
#define X(value, sentence)                                                                                             \
    case value:                                                                                                        \
        return sentence;
        PATCH_STATUSES(X)
#undef X
    }
    return "unknown";
}

/* Changes one word of a page that may be read-only; where code shares the page, other threads may be running it. */
static BOOL overwrite(void *where, const void *value, size_t size)
{
    enum { EXECUTABLE = PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY };
    MEMORY_BASIC_INFORMATION page;
    DWORD before, ignored;
    if (!VirtualQuery(where, &page, sizeof page) ||
        !VirtualProtect(where, size, page.Protect & EXECUTABLE ? PAGE_EXECUTE_READWRITE : PAGE_READWRITE, &before))
        return FALSE;
    if (size == sizeof(LONG))
        InterlockedExchange((LONG *)where, *(const LONG *)value);
    else
        InterlockedExchangePointer((void **)where, *(void *const *)value);
    VirtualProtect(where, size, before, &ignored);
    return TRUE;
}

#ifdef _WIN64
/* jmp [rip+0], and the address behind it */
#pragma pack(push, 1)
struct relay {
    BYTE jump[6];
    void *target;
    BYTE filler[2];
};
#pragma pack(pop)

/* An export is a 32-bit distance from the module: a free page is looked for above it. */
static struct relay *relay_page(HMODULE module, size_t size)
{
    BYTE *at = (BYTE *)module, *end = at + 0xffff0000u - size;
    MEMORY_BASIC_INFORMATION area;
    while (at < end && VirtualQuery(at, &area, sizeof area)) {
        BYTE *aligned = (BYTE *)(((ULONG_PTR)area.BaseAddress + 0xffff) & ~(ULONG_PTR)0xffff);
        BYTE *next = (BYTE *)area.BaseAddress + area.RegionSize;
        if (area.State == MEM_FREE && aligned + size <= next && aligned < end) {
            void *page = VirtualAlloc(aligned, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
            if (page)
                return page;
        }
        at = next;
    }
    return NULL;
}

/* Writes one relay a patch of this module and points the module's exports at them. */
static enum patch_status patch_exports(HMODULE module, struct patch *patches, size_t count)
{
    DWORD ignored;
    size_t size = count * sizeof(struct relay);
    struct relay *relays = relay_page(module, size);
    if (!relays)
        return PATCH_NO_PAGE;
    for (size_t i = 0; i < count; i++)
        relays[i] = (struct relay){{0xff, 0x25, 0, 0, 0, 0}, patches[i].replacement, {0xcc, 0xcc}};
    if (!VirtualProtect(relays, size, PAGE_EXECUTE_READ, &ignored)) {
        VirtualFree(relays, 0, MEM_RELEASE);
        return PATCH_NO_CODE;
    }
    FlushInstructionCache(GetCurrentProcess(), relays, size);
    for (size_t i = 0; i < count; i++) {
        DWORD distance = (DWORD)((BYTE *)&relays[i] - (BYTE *)module);
        DWORD *export = image_export(module, patches[i].name);
        if (patches[i].found && export && !overwrite(export, &distance, sizeof distance))
            return PATCH_PROTECTED;
    }
    return PATCH_OK;
}
#else
static enum patch_status patch_exports(HMODULE module, struct patch *patches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        DWORD distance = (DWORD)patches[i].replacement - (DWORD)module; /* wraps round, as the loader's sum does */
        DWORD *export = image_export(module, patches[i].name);
        if (patches[i].found && export && !overwrite(export, &distance, sizeof distance))
            return PATCH_PROTECTED;
    }
    return PATCH_OK;
}
#endif

struct patch_list {
    struct patch *patches;
    size_t count;
};

static void patch_slot(void **slot, void *context)
{
    const struct patch_list *list = context;
    for (size_t i = 0; i < list->count; i++)
        if (*slot == list->patches[i].found && *slot) {
            overwrite(slot, &list->patches[i].replacement, sizeof *slot);
            return;
        }
}

/* The module may be unloaded by another thread at any time but while it is held. */
static void patch_module(const void *where, HMODULE own, struct patch_list *list)
{
    HMODULE held;
    if (!GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, where, &held))
        return;
    if (held != own)
        image_imports(held, patch_slot, list);
    FreeLibrary(held);
}

static enum patch_status patch_imports(struct patch_list *list)
{
    HMODULE own, *modules;
    DWORD count = modules_of(GetCurrentProcess(), &modules);
    if (!count ||
        !GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                            (const char *)&patch_imports, &own))
        return PATCH_NO_MODULES;
    for (DWORD i = 0; i < count; i++)
        patch_module(modules[i], own, list);
    VirtualFree(modules, 0, MEM_RELEASE);
    return PATCH_OK;
}

enum patch_status patch_install(struct patch *patches, size_t count)
{
    struct patch_list list = {patches, count};
    for (size_t i = 0; i < count; i++) {
        HMODULE module = GetModuleHandleA(patches[i].module);
        patches[i].found = module ? (void *)GetProcAddress(module, patches[i].name) : NULL;
        if (patches[i].found && patches[i].original)
            *patches[i].original = patches[i].found;
    }
    enum patch_status exports = PATCH_OK;
    for (size_t first = 0, next; first < count; first = next) {
        HMODULE module = GetModuleHandleA(patches[first].module);
        for (next = first + 1; next < count && lstrcmpiA(patches[next].module, patches[first].module) == 0;)
            next++;
        enum patch_status status = module ? patch_exports(module, patches + first, next - first) : PATCH_OK;
        exports = exports == PATCH_OK ? status : exports;
    }
    enum patch_status imports = patch_imports(&list);
    return imports == PATCH_OK ? exports : imports;
}
