#include "preload/program/elf_image.h"
#include <elf.h>
#include <string.h>

#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258 /* newer than the headers of musl 1.2.3 */
#endif

/* Real programs have about a dozen segments, forty sections and as many needed libraries. */
enum {
    SEGMENTS_MAX = 128,
    SECTIONS_MAX = 1024,
    DYNAMIC_MAX = 1024,
    NOTES_MAX = 64,
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HOST_BYTE_ORDER ELFDATA2LSB
#else
#define HOST_BYTE_ORDER ELFDATA2MSB
#endif

/* What is needed of the headers, the same for both word sizes. */
struct layout {
    const struct elf_source *source;
    bool wide;
    uint64_t segments, sections;
    unsigned segment_count, section_count, name_section;
};

struct part {
    uint32_t type, name;
    uint64_t offset, address, size;
};

struct dynamic {
    int64_t tag;
    uint64_t value;
};

static bool read_at(const struct layout *layout, uint64_t offset, void *into, size_t size)
{
    return layout->source->read(layout->source->context, offset, into, size);
}

/* A string that need not end inside the file: filled up with what there is, always terminated. */
static void read_string(const struct layout *layout, uint64_t offset, char *into, size_t size)
{
    size_t length = 0;
    into[size - 1] = '\0';
    if (read_at(layout, offset, into, size - 1))
        return;
    while (length + 1 < size && read_at(layout, offset + length, into + length, 1) && into[length])
        length++;
    into[length] = '\0';
}

#define TAKE_HEADER(layout, header)                                                                                    \
    do {                                                                                                               \
        (layout)->segments = (header).e_phoff;                                                                         \
        (layout)->segment_count = (header).e_phnum;                                                                    \
        (layout)->sections = (header).e_shoff;                                                                         \
        (layout)->section_count = (header).e_shnum;                                                                    \
        (layout)->name_section = (header).e_shstrndx;                                                                  \
    } while (0)

static bool read_layout(struct layout *layout)
{
    Elf64_Ehdr wide;
    Elf32_Ehdr narrow;
    if (layout->wide) {
        if (!read_at(layout, 0, &wide, sizeof wide) || wide.e_phentsize != sizeof(Elf64_Phdr))
            return false;
        TAKE_HEADER(layout, wide);
    } else {
        if (!read_at(layout, 0, &narrow, sizeof narrow) || narrow.e_phentsize != sizeof(Elf32_Phdr))
            return false;
        TAKE_HEADER(layout, narrow);
    }
    if (layout->segment_count > SEGMENTS_MAX)
        layout->segment_count = SEGMENTS_MAX;
    if (layout->section_count > SECTIONS_MAX)
        layout->section_count = SECTIONS_MAX;
    return true;
}

static bool read_segment(const struct layout *layout, unsigned index, struct part *part)
{
    Elf64_Phdr wide;
    Elf32_Phdr narrow;
    if (layout->wide) {
        if (!read_at(layout, layout->segments + (uint64_t)index * sizeof wide, &wide, sizeof wide))
            return false;
        *part = (struct part){wide.p_type, 0, wide.p_offset, wide.p_vaddr, wide.p_filesz};
    } else {
        if (!read_at(layout, layout->segments + (uint64_t)index * sizeof narrow, &narrow, sizeof narrow))
            return false;
        *part = (struct part){narrow.p_type, 0, narrow.p_offset, narrow.p_vaddr, narrow.p_filesz};
    }
    return true;
}

static bool read_section(const struct layout *layout, unsigned index, struct part *part)
{
    Elf64_Shdr wide;
    Elf32_Shdr narrow;
    if (layout->wide) {
        if (!read_at(layout, layout->sections + (uint64_t)index * sizeof wide, &wide, sizeof wide))
            return false;
        *part = (struct part){wide.sh_type, wide.sh_name, wide.sh_offset, wide.sh_addr, wide.sh_size};
    } else {
        if (!read_at(layout, layout->sections + (uint64_t)index * sizeof narrow, &narrow, sizeof narrow))
            return false;
        *part = (struct part){narrow.sh_type, narrow.sh_name, narrow.sh_offset, narrow.sh_addr, narrow.sh_size};
    }
    return true;
}

static bool read_dynamic(const struct layout *layout, const struct part *table, unsigned index, struct dynamic *entry)
{
    Elf64_Dyn wide;
    Elf32_Dyn narrow;
    size_t size = layout->wide ? sizeof wide : sizeof narrow;
    if (index >= DYNAMIC_MAX || (index + 1) * size > table->size)
        return false;
    if (!read_at(layout, table->offset + index * size, layout->wide ? (void *)&wide : &narrow, size))
        return false;
    if (layout->wide)
        *entry = (struct dynamic){wide.d_tag, wide.d_un.d_val};
    else
        *entry = (struct dynamic){narrow.d_tag, narrow.d_un.d_val};
    return entry->tag != DT_NULL;
}

/* DT_STRTAB holds an address; the segment that is loaded there says where in the file it lies. */
static bool file_offset(const struct layout *layout, uint64_t address, uint64_t *offset)
{
    struct part part;
    for (unsigned i = 0; i < layout->segment_count && read_segment(layout, i, &part); i++) {
        if (part.type == PT_LOAD && address >= part.address && address - part.address < part.size) {
            *offset = part.offset + (address - part.address);
            return true;
        }
    }
    return false;
}

static enum elf_libc libc_by_name(const char *name)
{
    if (strncmp(name, "libc.so.", 8) == 0)
        return ELF_LIBC_GLIBC;
    if (strcmp(name, "libc.so") == 0 || strncmp(name, "libc.musl-", 10) == 0)
        return ELF_LIBC_MUSL;
    return ELF_LIBC_NONE;
}

static enum elf_libc libc_needed(const struct layout *layout, const struct part *table)
{
    struct dynamic entry;
    uint64_t strings = 0;
    bool found = false;
    for (unsigned i = 0; !found && read_dynamic(layout, table, i, &entry); i++)
        found = entry.tag == DT_STRTAB && file_offset(layout, entry.value, &strings);
    for (unsigned i = 0; found && read_dynamic(layout, table, i, &entry); i++) {
        char name[32];
        if (entry.tag != DT_NEEDED)
            continue;
        read_string(layout, strings + entry.value, name, sizeof name);
        enum elf_libc libc = libc_by_name(name);
        if (libc != ELF_LIBC_NONE)
            return libc;
    }
    return ELF_LIBC_NONE;
}

/* A program may need no C library by name and still have a loader (Go's position-independent ones). */
static enum elf_libc libc_of_interpreter(const char *interpreter)
{
    if (!interpreter[0])
        return ELF_LIBC_NONE;
    if (strstr(interpreter, "/ld-musl-"))
        return ELF_LIBC_MUSL;
    if (strstr(interpreter, "/ld-linux") || strstr(interpreter, "/ld64.so") || strstr(interpreter, "/ld.so"))
        return ELF_LIBC_GLIBC;
    return ELF_LIBC_OTHER;
}

/* Go's linker leaves a note of this name, which strip(1) keeps. */
static bool has_go_note(const struct layout *layout, const struct part *notes)
{
    Elf64_Nhdr note; /* the same in both word sizes */
    uint64_t at = 0;
    for (unsigned i = 0; i < NOTES_MAX && at + sizeof note <= notes->size; i++) {
        char name[4];
        if (!read_at(layout, notes->offset + at, &note, sizeof note))
            return false;
        if (note.n_namesz == sizeof name && read_at(layout, notes->offset + at + sizeof note, name, sizeof name) &&
            memcmp(name, "Go\0", sizeof name) == 0)
            return true;
        at += sizeof note + (((uint64_t)note.n_namesz + 3) & ~3ULL) + (((uint64_t)note.n_descsz + 3) & ~3ULL);
    }
    return false;
}

static void take_segments(const struct layout *layout, struct elf_image *image)
{
    struct part part;
    for (unsigned i = 0; i < layout->segment_count && read_segment(layout, i, &part); i++) {
        if (part.type == PT_INTERP)
            read_string(layout, part.offset, image->interpreter, sizeof image->interpreter);
        else if (part.type == PT_DYNAMIC)
            image->libc = libc_needed(layout, &part);
        else if (part.type == PT_NOTE)
            image->go = image->go || has_go_note(layout, &part);
    }
    if (!image->interpreter[0])
        image->libc = ELF_LIBC_NONE;
    image->needs_libc = image->libc != ELF_LIBC_NONE;
    if (!image->needs_libc)
        image->libc = libc_of_interpreter(image->interpreter);
}

static void take_sections(const struct layout *layout, struct elf_image *image)
{
    struct part names, part;
    if (layout->name_section >= layout->section_count || !read_section(layout, layout->name_section, &names))
        return;
    for (unsigned i = 0; i < layout->section_count && read_section(layout, i, &part); i++) {
        char name[24];
        read_string(layout, names.offset + part.name, name, sizeof name);
        image->go = image->go || strcmp(name, ".go.buildinfo") == 0;
        image->pascal = image->pascal || strcmp(name, ".fpcdata") == 0;
    }
}

bool elf_image_read(const struct elf_source *source, struct elf_image *image)
{
    Elf32_Ehdr start; /* identification, type and machine lie the same in both word sizes */
    *image = (struct elf_image){0};
    if (!source->read(source->context, 0, &start, sizeof start) || memcmp(start.e_ident, ELFMAG, SELFMAG) != 0)
        return false;
    if (start.e_ident[EI_CLASS] != ELFCLASS32 && start.e_ident[EI_CLASS] != ELFCLASS64)
        return false;
    image->word_bits = start.e_ident[EI_CLASS] == ELFCLASS64 ? 64 : 32;
    image->machine = start.e_machine;
    image->other_byte_order = start.e_ident[EI_DATA] != HOST_BYTE_ORDER;
    if (image->other_byte_order) {
        image->machine = __builtin_bswap16(start.e_machine);
        return true;
    }
    struct layout layout = {.source = source, .wide = image->word_bits == 64};
    if ((start.e_type != ET_EXEC && start.e_type != ET_DYN) || !read_layout(&layout))
        return false;
    take_segments(&layout, image);
    take_sections(&layout, image);
    return true;
}

const char *elf_machine_name(uint16_t machine)
{
    static const struct {
        uint16_t machine;
        const char *name;
    } names[] = {
        {EM_X86_64, "x86_64"}, {EM_386, "i386"},    {EM_AARCH64, "aarch64"},     {EM_ARM, "arm"},
        {EM_PPC64, "ppc64"},   {EM_S390, "s390"},   {EM_RISCV, "riscv"},         {EM_MIPS, "mips"},
        {EM_SPARCV9, "sparc"}, {EM_PPC, "powerpc"}, {EM_LOONGARCH, "loongarch"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].machine == machine)
            return names[i].name;
    return "another machine";
}
