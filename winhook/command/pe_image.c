#include "pe_image.h"
#include <string.h>

/*
 * Windows takes no more sections (Microsoft: PE Format, COFF File Header); more pieces than that only a
 * hostile file has.
 */
enum { SECTIONS_MAX = 96, PIECES_MAX = 1 << 18 };

/* The file as it lies on the disk. */
struct bytes {
    const BYTE *at;
    size_t size;
    int pieces; /* looked at so far */
    WORD sections;
    IMAGE_SECTION_HEADER section[SECTIONS_MAX];
};

/* Numbers in it may lead anywhere, and be aligned to nothing. */
static const BYTE *within(const struct bytes *bytes, size_t offset, size_t size)
{
    return offset <= bytes->size && size <= bytes->size - offset ? bytes->at + offset : NULL;
}

static bool copy(const struct bytes *bytes, size_t offset, void *into, size_t size)
{
    const BYTE *at = within(bytes, offset, size);
    if (at)
        memcpy(into, at, size);
    return at;
}

/* What will lie at this distance from the image once it is loaded. */
static const BYTE *loaded(struct bytes *bytes, DWORD place, size_t size)
{
    if (bytes->pieces++ == PIECES_MAX)
        bytes->sections = 0;
    for (WORD i = 0; i < bytes->sections; i++) {
        const IMAGE_SECTION_HEADER *section = &bytes->section[i];
        DWORD inside = place - section->VirtualAddress;
        if (inside < section->SizeOfRawData)
            return within(bytes, (size_t)section->PointerToRawData + inside, size);
    }
    return NULL;
}

static bool names(struct bytes *bytes, DWORD place, const char *wanted)
{
    const BYTE *name = loaded(bytes, place, strlen(wanted));
    return name && memcmp(name, wanted, strlen(wanted)) == 0;
}

/* Looks through one DLL's imports for a function whose name begins so. */
static bool imports(struct bytes *bytes, const IMAGE_IMPORT_DESCRIPTOR *row, int word_bits, const char *wanted)
{
    DWORD table = row->OriginalFirstThunk ? row->OriginalFirstThunk : row->FirstThunk, step = word_bits == 64 ? 8 : 4;
    for (;; table += step) {
        ULONGLONG thunk = 0;
        const BYTE *at = loaded(bytes, table, step);
        if (!at)
            return false;
        memcpy(&thunk, at, step);
        if (!thunk)
            return false;
        bool by_number = thunk >> (word_bits - 1);
        if (!by_number && names(bytes, (DWORD)thunk + 2 /* behind the hint */, wanted))
            return true;
    }
}

static bool is_service(struct bytes *bytes, DWORD table, int word_bits)
{
    IMAGE_IMPORT_DESCRIPTOR row;
    for (; table; table += (DWORD)sizeof row) {
        const BYTE *at = loaded(bytes, table, sizeof row);
        if (!at)
            return false;
        memcpy(&row, at, sizeof row);
        if (!row.Name)
            return false;
        if (imports(bytes, &row, word_bits, "StartServiceCtrlDispatcher"))
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

/* Signature, file header and the optional header's magic number are the same in both word sizes. */
union headers {
    IMAGE_NT_HEADERS32 narrow;
    IMAGE_NT_HEADERS64 wide;
};

static bool read_headers(struct bytes *bytes, union headers *headers)
{
    IMAGE_DOS_HEADER dos;
    const IMAGE_FILE_HEADER *file = &headers->wide.FileHeader;
    if (!copy(bytes, 0, &dos, sizeof dos) || dos.e_magic != IMAGE_DOS_SIGNATURE || dos.e_lfanew < 0)
        return false;
    size_t at = (size_t)dos.e_lfanew;
    if (!copy(bytes, at, headers, sizeof *headers) || headers->wide.Signature != IMAGE_NT_SIGNATURE ||
        file->NumberOfSections > SECTIONS_MAX)
        return false;
    size_t table = at + sizeof headers->wide.Signature + sizeof *file + file->SizeOfOptionalHeader;
    bytes->sections = file->NumberOfSections;
    return copy(bytes, table, bytes->section, bytes->sections * sizeof *bytes->section);
}

bool pe_image_read(const void *at, size_t size, struct pe_image *image)
{
    union headers headers;
    struct bytes bytes = {.at = at, .size = size};
    if (!read_headers(&bytes, &headers))
        return false;
    const IMAGE_FILE_HEADER *file = &headers.wide.FileHeader;
    WORD machine = file->Machine;
    bool is_wide = headers.wide.OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    const IMAGE_DATA_DIRECTORY *directory =
        is_wide ? headers.wide.OptionalHeader.DataDirectory : headers.narrow.OptionalHeader.DataDirectory;
    image->word_bits = is_wide ? 64 : 32;
    image->reachable_machine = machine == IMAGE_FILE_MACHINE_AMD64 || machine == IMAGE_FILE_MACHINE_I386;
    image->machine = machine == IMAGE_FILE_MACHINE_AMD64  ? "x86_64"
                     : machine == IMAGE_FILE_MACHINE_I386 ? "i686"
                                                          : "another machine";
    image->program = !(file->Characteristics & IMAGE_FILE_DLL);
    image->managed = directory[IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR].VirtualAddress != 0;
    image->packed = is_packed(&bytes);
    image->service = is_service(&bytes, directory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress, image->word_bits);
    return true;
}
