#include "prepend.h"
#include "beside.h"
#include "remote.h"

enum { DESCRIPTORS_MAX = 4096, DIRECTORIES = 3, REACH = 0x7fff0000 };

/* The directories that are changed, and found by their place again. */
static const int changed[DIRECTORIES] = {IMAGE_DIRECTORY_ENTRY_IMPORT, IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT,
                                         IMAGE_DIRECTORY_ENTRY_IAT};

/* What stands right before the new descriptors. The same for both word sizes: thunks of 32 bits use half their room. */
struct head {
    char mark[16];
    IMAGE_DATA_DIRECTORY before[DIRECTORIES];
    ULONGLONG names[2], addresses[2]; /* the import by ordinal 1, and the end */
    ULONGLONG loaded;                 /* 0, or a handle in the process: the event that tells */
    char library[LONG_PATH];
};

static const char mark[16] = "tcpalive prepend";

/* Counts the old descriptors, without their empty end. */
static size_t count_imports(HANDLE process, const struct remote_image *image)
{
    IMAGE_IMPORT_DESCRIPTOR row;
    DWORD place = image->directory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
    size_t count = 0;
    while (place && count < DESCRIPTORS_MAX &&
           remote_read(process, image->base + place + count * sizeof row, &row, sizeof row) && row.FirstThunk)
        count++;
    return count;
}

/* Directories hold 32-bit distances from the image: a free place is looked for above it. */
static BYTE *allocate_above(HANDLE process, const struct remote_image *image, size_t size)
{
    enum { GRAIN = 0xffff };
    MEMORY_BASIC_INFORMATION area;
    BYTE *at = image->base + image->size;
    while ((ULONG_PTR)(at - image->base) < REACH && VirtualQueryEx(process, at, &area, sizeof area)) {
        BYTE *aligned = (BYTE *)(((ULONG_PTR)area.BaseAddress + GRAIN) & ~(ULONG_PTR)GRAIN);
        BYTE *next = (BYTE *)area.BaseAddress + area.RegionSize;
        if (area.State == MEM_FREE && aligned < next && (size_t)(next - aligned) >= size) {
            BYTE *found = VirtualAllocEx(process, aligned, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
            if (found)
                return found;
        }
        at = next;
    }
    return NULL;
}

static bool write_directories(HANDLE process, const struct remote_image *image)
{
    DWORD before, ignored;
    SIZE_T size = image->directory_count * sizeof *image->directory;
    if (!VirtualProtectEx(process, image->directories, size, PAGE_READWRITE, &before))
        return false;
    bool written = WriteProcessMemory(process, image->directories, image->directory, size, NULL);
    VirtualProtectEx(process, image->directories, size, before, &ignored);
    return written;
}

static void fill_head(struct head *head, const struct remote_image *image, const char *library, HANDLE loaded)
{
    CopyMemory(head->mark, mark, sizeof mark);
    for (int i = 0; i < DIRECTORIES; i++)
        head->before[i] = image->directory[changed[i]];
    head->names[0] = image->wide ? IMAGE_ORDINAL_FLAG64 | 1 : IMAGE_ORDINAL_FLAG32 | 1;
    head->addresses[0] = head->names[0];
    head->loaded = (ULONG_PTR)loaded;
    lstrcpyA(head->library, library);
}

/* Writes head and descriptors to `there`, whose distance from the image is known now. */
static bool write_block(HANDLE process, const struct remote_image *image, BYTE *there, const struct head *head,
                        size_t count)
{
    DWORD place = (DWORD)(there - image->base);
    IMAGE_IMPORT_DESCRIPTOR row = {{place + offsetof(struct head, names)},
                                   0,
                                   0,
                                   place + offsetof(struct head, library),
                                   place + offsetof(struct head, addresses)};
    BYTE *rows = there + sizeof *head;
    if (!WriteProcessMemory(process, there, head, sizeof *head, NULL) ||
        !WriteProcessMemory(process, rows, &row, sizeof row, NULL))
        return false;
    const BYTE *old = image->base + image->directory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
    for (size_t i = 0; i < count; i++)
        if (!remote_read(process, old + i * sizeof row, &row, sizeof row) ||
            !WriteProcessMemory(process, rows + (i + 1) * sizeof row, &row, sizeof row, NULL))
            return false;
    return true;
}

/* The name of an import is read in a code page that the program may choose for itself: all of them begin with ASCII. */
static bool ascii_path(const WCHAR *path, char out[LONG_PATH])
{
    for (int i = 0; i < LONG_PATH && path[i] < 0x80; i++) {
        out[i] = (char)path[i];
        if (!path[i])
            return true;
    }
    return false;
}

/* Nor is it known that every loader takes a long one. */
static bool import_path(const WCHAR *path, char out[LONG_PATH])
{
    WCHAR brief[LONG_PATH];
    if (lstrlenW(path) < MAX_PATH && ascii_path(path, out))
        return true;
    DWORD length = GetShortPathNameW(path, brief, LONG_PATH);
    return length && length < MAX_PATH && ascii_path(brief, out);
}

/* The section in which this distance lies, as a directory. */
static bool section_of(HANDLE process, const struct remote_image *image, DWORD place, IMAGE_DATA_DIRECTORY *found)
{
    IMAGE_SECTION_HEADER section;
    for (WORD i = 0; i < image->section_count; i++) {
        if (!remote_read(process, image->sections + i * sizeof section, &section, sizeof section))
            return false;
        if (place - section.VirtualAddress < section.Misc.VirtualSize) {
            *found = (IMAGE_DATA_DIRECTORY){section.VirtualAddress, section.Misc.VirtualSize};
            return true;
        }
    }
    return false;
}

/*
 * The loader makes writable what the directory of import addresses names, and where there is none the section that the
 * imports lie in, which is then to be named: it does not lie with the imports any more.
 */
static void name_addresses(HANDLE process, struct remote_image *image, IMAGE_DATA_DIRECTORY block)
{
    IMAGE_DATA_DIRECTORY *addresses = &image->directory[IMAGE_DIRECTORY_ENTRY_IAT];
    DWORD imports = image->directory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
    if (!addresses->VirtualAddress && !(imports && section_of(process, image, imports, addresses)))
        *addresses = block;
}

static enum inject_status prepend_block(HANDLE process, struct remote_image *image, const char *library, HANDLE loaded)
{
    struct head head = {0};
    size_t count = count_imports(process, image), table = (count + 2) * sizeof(IMAGE_IMPORT_DESCRIPTOR);
    BYTE *there = allocate_above(process, image, sizeof head + table);
    if (!there)
        return INJECT_NO_ROOM;
    fill_head(&head, image, library, loaded);
    if (!write_block(process, image, there, &head, count))
        return INJECT_UNWRITABLE;
    DWORD place = (DWORD)(there - image->base);
    name_addresses(process, image, (IMAGE_DATA_DIRECTORY){place, (DWORD)(sizeof head + table)});
    image->directory[IMAGE_DIRECTORY_ENTRY_IMPORT] = (IMAGE_DATA_DIRECTORY){place + sizeof head, (DWORD)table};
    image->directory[IMAGE_DIRECTORY_ENTRY_BOUND_IMPORT] = (IMAGE_DATA_DIRECTORY){0};
    return write_directories(process, image) ? INJECT_OK : INJECT_UNWRITABLE;
}

enum inject_status prepend_import(HANDLE process, const WCHAR *library, HANDLE loaded)
{
    struct remote_image image;
    char path[LONG_PATH];
    if (!remote_image(process, remote_program(process), &image))
        return INJECT_UNREADABLE;
    if (image.machine != (image.wide ? IMAGE_FILE_MACHINE_AMD64 : IMAGE_FILE_MACHINE_I386))
        return INJECT_OTHER_MACHINE;
    if (remote_has_no_code(process, &image))
        return INJECT_AFTER_START;
    if (image.directory_count <= IMAGE_DIRECTORY_ENTRY_IAT || !import_path(library, path))
        return INJECT_NEEDS_THREAD;
    return prepend_block(process, &image, path, loaded);
}

bool prepend_restore(void)
{
    struct remote_image image;
    HANDLE self = GetCurrentProcess();
    struct head head;
    if (!remote_image(self, remote_program(self), &image))
        return false;
    DWORD rows = image.directory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
    if (rows < sizeof head || !remote_read(self, image.base + rows - sizeof head, &head, sizeof head))
        return false;
    for (size_t i = 0; i < sizeof mark; i++)
        if (head.mark[i] != mark[i])
            return false;
    if (head.loaded) {
        SetEvent((HANDLE)(ULONG_PTR)head.loaded);
        CloseHandle((HANDLE)(ULONG_PTR)head.loaded);
    }
    for (int i = 0; i < DIRECTORIES; i++)
        image.directory[changed[i]] = head.before[i];
    return write_directories(self, &image);
}
