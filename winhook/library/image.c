#include "image.h"
#include "core/text.h"
#include <delayimp.h>

static void *at(HMODULE module, DWORD distance)
{
    return (BYTE *)module + distance;
}

/* A data directory, NULL when the module has none. */
static const IMAGE_DATA_DIRECTORY *directory(HMODULE module, int index)
{
    const IMAGE_DOS_HEADER *dos = (const IMAGE_DOS_HEADER *)module;
    const IMAGE_NT_HEADERS *headers = at(module, (DWORD)dos->e_lfanew);
    if (dos->e_magic != IMAGE_DOS_SIGNATURE || headers->Signature != IMAGE_NT_SIGNATURE ||
        headers->OptionalHeader.Magic != IMAGE_NT_OPTIONAL_HDR_MAGIC)
        return NULL;
    const IMAGE_DATA_DIRECTORY *found = &headers->OptionalHeader.DataDirectory[index];
    return found->VirtualAddress && found->Size ? found : NULL;
}

DWORD *image_export(HMODULE module, const char *name)
{
    const IMAGE_DATA_DIRECTORY *where = directory(module, IMAGE_DIRECTORY_ENTRY_EXPORT);
    if (!where)
        return NULL;
    const IMAGE_EXPORT_DIRECTORY *exports = at(module, where->VirtualAddress);
    const DWORD *names = at(module, exports->AddressOfNames);
    const WORD *positions = at(module, exports->AddressOfNameOrdinals);
    DWORD *functions = at(module, exports->AddressOfFunctions);
    for (DWORD i = 0; i < exports->NumberOfNames; i++)
        if (span_equals(span_of(at(module, names[i])), name)) {
            DWORD *found = &functions[positions[i]];
            BOOL forwarded = *found - where->VirtualAddress < where->Size;
            return forwarded ? NULL : found;
        }
    return NULL;
}

static void visit_table(void **slot, void (*visit)(void **, void *), void *context)
{
    for (; *slot; slot++)
        visit(slot, context);
}

void image_imports(HMODULE module, void (*visit)(void **slot, void *context), void *context)
{
    const IMAGE_DATA_DIRECTORY *where = directory(module, IMAGE_DIRECTORY_ENTRY_IMPORT);
    if (where)
        for (const IMAGE_IMPORT_DESCRIPTOR *row = at(module, where->VirtualAddress); row->FirstThunk; row++)
            visit_table(at(module, row->FirstThunk), visit, context);
    where = directory(module, IMAGE_DIRECTORY_ENTRY_DELAY_IMPORT);
    if (where)
        for (const ImgDelayDescr *row = at(module, where->VirtualAddress); row->rvaIAT; row++)
            if (row->grAttrs & dlattrRva) /* older compilers wrote addresses: their delay loads are left alone */
                visit_table(at(module, row->rvaIAT), visit, context);
}
