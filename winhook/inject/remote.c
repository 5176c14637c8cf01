#include "remote.h"
#include "core/text.h"
#include "winhook/modules.h"
#include <psapi.h>
#include <winternl.h>

enum { NAMES_MAX = 65536, NAME_ROOM = 64 };

bool remote_read(HANDLE process, const void *from, void *to, SIZE_T size)
{
    SIZE_T got;
    return ReadProcessMemory(process, from, to, size, &got) && got == size;
}

/* The base address stands in the process's environment block (Microsoft: PEB), after two flags of a word each. */
BYTE *remote_program(HANDLE process)
{
    typedef NTSTATUS(NTAPI * query_process)(HANDLE, int, void *, ULONG, ULONG *);
    query_process query =
        (query_process)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtQueryInformationProcess");
    PROCESS_BASIC_INFORMATION basic;
    BYTE *base = NULL;
    if (!query || query(process, 0, &basic, sizeof basic, NULL) < 0 ||
        !remote_read(process, (BYTE *)basic.PebBaseAddress + 2 * sizeof(void *), &base, sizeof base))
        return NULL;
    return base;
}

bool remote_image(HANDLE process, BYTE *base, struct remote_image *image)
{
    IMAGE_DOS_HEADER dos;
    union {
        IMAGE_NT_HEADERS32 narrow;
        IMAGE_NT_HEADERS64 wide;
    } headers;
    *image = (struct remote_image){.base = base};
    if (!base || !remote_read(process, base, &dos, sizeof dos) || dos.e_magic != IMAGE_DOS_SIGNATURE ||
        !remote_read(process, base + dos.e_lfanew, &headers, sizeof headers) ||
        headers.narrow.Signature != IMAGE_NT_SIGNATURE)
        return false;
    image->machine = headers.narrow.FileHeader.Machine;
    image->wide = headers.narrow.OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    image->subsystem = headers.narrow.OptionalHeader.Subsystem; /* at one place in both */
    image->size = image->wide ? headers.wide.OptionalHeader.SizeOfImage : headers.narrow.OptionalHeader.SizeOfImage;
    DWORD count = image->wide ? headers.wide.OptionalHeader.NumberOfRvaAndSizes
                              : headers.narrow.OptionalHeader.NumberOfRvaAndSizes;
    image->directory_count = count < IMAGE_NUMBEROF_DIRECTORY_ENTRIES ? count : IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
    image->directories = base + dos.e_lfanew +
                         (image->wide ? offsetof(IMAGE_NT_HEADERS64, OptionalHeader.DataDirectory)
                                      : offsetof(IMAGE_NT_HEADERS32, OptionalHeader.DataDirectory));
    image->sections = base + dos.e_lfanew + offsetof(IMAGE_NT_HEADERS32, OptionalHeader) +
                      headers.narrow.FileHeader.SizeOfOptionalHeader;
    image->section_count = headers.narrow.FileHeader.NumberOfSections;
    return remote_read(process, image->directories, image->directory,
                       image->directory_count * sizeof *image->directory);
}

bool remote_has_no_code(HANDLE process, const struct remote_image *image)
{
    IMAGE_COR20_HEADER header;
    DWORD place = image->directory[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR].VirtualAddress;
    return place && remote_read(process, image->base + place, &header, sizeof header) &&
           header.Flags & COMIMAGE_FLAGS_ILONLY;
}

BYTE *remote_module(HANDLE process, const WCHAR *name)
{
    HMODULE *modules;
    WCHAR there[MAX_PATH];
    BYTE *found = NULL;
    DWORD count = modules_of(process, &modules);
    for (DWORD i = 0; i < count && !found; i++)
        if (GetModuleBaseNameW(process, modules[i], there, MAX_PATH) && lstrcmpiW(there, name) == 0)
            found = (BYTE *)modules[i];
    if (count)
        VirtualFree(modules, 0, MEM_RELEASE);
    return found;
}

static bool same_name(HANDLE process, const BYTE *there, const char *name)
{
    char text[NAME_ROOM];
    SIZE_T size = span_of(name).length + 1;
    if (size > sizeof text || !remote_read(process, there, text, size) || text[size - 1])
        return false;
    return span_equals(span_of(text), name);
}

BYTE *remote_export(HANDLE process, BYTE *module, const char *name)
{
    struct remote_image image;
    IMAGE_EXPORT_DIRECTORY exports;
    DWORD text, function;
    WORD position;
    if (!remote_image(process, module, &image))
        return NULL;
    const IMAGE_DATA_DIRECTORY *where = &image.directory[IMAGE_DIRECTORY_ENTRY_EXPORT];
    if (!where->VirtualAddress || !remote_read(process, module + where->VirtualAddress, &exports, sizeof exports))
        return NULL;
    for (DWORD i = 0; i < exports.NumberOfNames && i < NAMES_MAX; i++) {
        if (!remote_read(process, module + exports.AddressOfNames + i * sizeof text, &text, sizeof text) ||
            !same_name(process, module + text, name))
            continue;
        if (!remote_read(process, module + exports.AddressOfNameOrdinals + i * sizeof position, &position,
                         sizeof position) ||
            !remote_read(process, module + exports.AddressOfFunctions + position * sizeof function, &function,
                         sizeof function))
            return NULL;
        return function - where->VirtualAddress < where->Size ? NULL : module + function;
    }
    return NULL;
}
