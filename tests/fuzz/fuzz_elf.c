/* Executable files: whatever the headers claim, only bytes of the file are read, and the answer is in order. */
#include "fuzz.h"
#include "preload/program/elf_image.h"
#include <string.h>

struct file {
    const uint8_t *at;
    size_t size;
};

static bool read_file(const void *context, uint64_t offset, void *into, size_t size)
{
    const struct file *file = context;
    if (offset > file->size || size > file->size - offset)
        return false;
    memcpy(into, file->at + offset, size);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct elf_image image;
    struct file file = {data, size};
    if (!elf_image_read(&(struct elf_source){read_file, &file}, &image))
        return 0;
    PROPERTY(image.word_bits == 32 || image.word_bits == 64);
    PROPERTY(memchr(image.interpreter, '\0', sizeof image.interpreter));
    PROPERTY(image.interpreter[0] || image.libc == ELF_LIBC_NONE);
    PROPERTY(*elf_machine_name(image.machine));
    return 0;
}
