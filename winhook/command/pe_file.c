#include "pe_file.h"
#include <stdlib.h>
#include <string.h>

enum { SIZE_LIMIT = 512 << 20, ROWS_LIMIT = 4096, PATH_ROOM = 1024 };

/* The file as it lies on the disk. */
struct bytes {
    BYTE *at;
    DWORD size;
    const IMAGE_SECTION_HEADER *section;
    WORD sections;
};

bool pe_file_find(const char *name, WCHAR *path, DWORD room)
{
    WCHAR wide[PATH_ROOM];
    if (!MultiByteToWideChar(CP_UTF8, 0, name, -1, wide, PATH_ROOM))
        return false;
    DWORD length = SearchPathW(NULL, wide, L".exe", room, path, NULL);
    return length && length < room;
}

static const void *within(const struct bytes *bytes, size_t offset, size_t size)
{
    return offset <= bytes->size && size <= bytes->size - offset ? bytes->at + offset : NULL;
}

/* What will lie at this distance from the image once it is loaded. */
static const void *loaded(const struct bytes *bytes, DWORD place, size_t size)
{
    for (WORD i = 0; i < bytes->sections; i++) {
        const IMAGE_SECTION_HEADER *section = &bytes->section[i];
        DWORD inside = place - section->VirtualAddress;
        if (inside < section->SizeOfRawData)
            return within(bytes, (size_t)section->PointerToRawData + inside, size);
    }
    return NULL;
}

static bool names(const struct bytes *bytes, DWORD place, const char *wanted)
{
    const char *name = loaded(bytes, place, strlen(wanted));
    return name && !strncmp(name, wanted, strlen(wanted));
}

/* Looks through one DLL's imports for a function whose name begins so. */
static bool imports(const struct bytes *bytes, const IMAGE_IMPORT_DESCRIPTOR *row, int word_bits, const char *wanted)
{
    DWORD table = row->OriginalFirstThunk ? row->OriginalFirstThunk : row->FirstThunk, step = word_bits == 64 ? 8 : 4;
    for (int i = 0; i < ROWS_LIMIT; i++) {
        ULONGLONG thunk = 0;
        const void *at = loaded(bytes, table + (DWORD)i * step, step);
        if (!at)
            return false;
        memcpy(&thunk, at, step);
        if (!thunk)
            return false;
        bool by_number = thunk >> (word_bits - 1);
        if (!by_number && names(bytes, (DWORD)thunk + 2 /* behind the hint */, wanted))
            return true;
    }
    return false;
}

static bool is_service(const struct bytes *bytes, DWORD table, int word_bits)
{
    for (int i = 0; table && i < ROWS_LIMIT; i++) {
        const IMAGE_IMPORT_DESCRIPTOR *row = loaded(bytes, table + (DWORD)i * (DWORD)sizeof *row, sizeof *row);
        if (!row || !row->Name)
            return false;
        if (imports(bytes, row, word_bits, "StartServiceCtrlDispatcher"))
            return true;
    }
    return false;
}

/* Packers leave a section that can be both written and run, or one that is run but empty in the file. */
static bool is_packed(const struct bytes *bytes)
{
    for (WORD i = 0; i < bytes->sections; i++) {
        DWORD flags = bytes->section[i].Characteristics;
        if (flags & IMAGE_SCN_MEM_EXECUTE && (flags & IMAGE_SCN_MEM_WRITE || !bytes->section[i].SizeOfRawData))
            return true;
    }
    return false;
}

static bool understand(struct bytes *bytes, struct pe_file *file)
{
    const IMAGE_DOS_HEADER *dos = within(bytes, 0, sizeof *dos);
    if (!dos || dos->e_magic != IMAGE_DOS_SIGNATURE || dos->e_lfanew < 0)
        return false;
    const IMAGE_NT_HEADERS64 *wide = within(bytes, (size_t)dos->e_lfanew, sizeof *wide);
    const IMAGE_NT_HEADERS32 *narrow = (const IMAGE_NT_HEADERS32 *)wide;
    if (!wide || wide->Signature != IMAGE_NT_SIGNATURE)
        return false;
    bool is_wide = wide->OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    const IMAGE_DATA_DIRECTORY *directory =
        is_wide ? wide->OptionalHeader.DataDirectory : narrow->OptionalHeader.DataDirectory;
    size_t table = (size_t)dos->e_lfanew + 4 + sizeof(IMAGE_FILE_HEADER) + wide->FileHeader.SizeOfOptionalHeader;
    bytes->sections = wide->FileHeader.NumberOfSections;
    bytes->section = within(bytes, table, bytes->sections * sizeof *bytes->section);
    if (!bytes->section)
        return false;
    WORD machine = wide->FileHeader.Machine;
    file->word_bits = is_wide ? 64 : 32;
    file->reachable_machine = machine == IMAGE_FILE_MACHINE_AMD64 || machine == IMAGE_FILE_MACHINE_I386;
    file->machine = machine == IMAGE_FILE_MACHINE_AMD64  ? "x86_64"
                    : machine == IMAGE_FILE_MACHINE_I386 ? "i686"
                                                         : "another machine";
    file->program = !(wide->FileHeader.Characteristics & IMAGE_FILE_DLL);
    file->managed = directory[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR].VirtualAddress != 0;
    file->packed = is_packed(bytes);
    file->service = is_service(bytes, directory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress, file->word_bits);
    return true;
}

static DWORD read_all(HANDLE handle, struct bytes *bytes)
{
    LARGE_INTEGER size;
    if (!GetFileSizeEx(handle, &size))
        return GetLastError();
    if (size.QuadPart > SIZE_LIMIT)
        return ERROR_BAD_EXE_FORMAT;
    bytes->at = malloc((size_t)size.QuadPart + 1);
    if (!bytes->at)
        return ERROR_NOT_ENOUGH_MEMORY;
    return ReadFile(handle, bytes->at, (DWORD)size.QuadPart, &bytes->size, NULL) ? 0 : GetLastError();
}

DWORD pe_file_read(const char *name, struct pe_file *file)
{
    WCHAR path[PATH_ROOM];
    struct bytes bytes = {0};
    *file = (struct pe_file){0};
    if (!pe_file_find(name, path, PATH_ROOM))
        return ERROR_FILE_NOT_FOUND;
    HANDLE handle = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return GetLastError();
    DWORD error = read_all(handle, &bytes);
    CloseHandle(handle);
    if (!error && !understand(&bytes, file))
        error = ERROR_BAD_EXE_FORMAT;
    free(bytes.at);
    return error;
}
