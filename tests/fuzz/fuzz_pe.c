/* Windows' executable files: whatever the headers claim, only bytes of the file are read, and not for long. */
#include "fuzz.h"
#include "winhook/command/pe_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pe_image image = {0};
    if (!pe_image_read(data, size, &image))
        return 0;
    PROPERTY(image.word_bits == 32 || image.word_bits == 64);
    PROPERTY(*image.machine);
    return 0;
}
