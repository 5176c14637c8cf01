/* Broken files, as nobody's tools write them: elf_image reads them to an answer. */
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "preload/program/elf_image.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct buffer {
    const unsigned char *at;
    size_t size;
};

static bool read_buffer(const void *context, uint64_t offset, void *into, size_t size)
{
    const struct buffer *buffer = context;
    if (offset > buffer->size || size > buffer->size - offset)
        return false;
    memcpy(into, buffer->at + offset, size);
    return true;
}

/* Every header byte changed, at every length: it ends, and says yes or no. The fuzzer does the same for longer. */
static void hostile_files_are_read_safely(void **state)
{
    static unsigned char file[1 << 20];
    struct elf_image image;
    (void)state;
    int fd = open(scene_build("tests/direct/dynamic"), O_RDONLY | O_CLOEXEC);
    ssize_t size = read(fd, file, sizeof file);
    close(fd);
    assert_true(size > 1024);
    struct buffer buffer = {file, (size_t)size};
    assert_true(elf_image_read(&(struct elf_source){read_buffer, &buffer}, &image));
    assert_true(image.libc == ELF_LIBC_GLIBC && image.interpreter[0] == '/');
    for (size_t at = 0; at < 1024; at++)
        for (int bit = 0; bit < 8; bit += 7) {
            file[at] ^= (unsigned char)(1 << bit);
            elf_image_read(&(struct elf_source){read_buffer, &buffer}, &image);
            file[at] ^= (unsigned char)(1 << bit);
        }
    for (buffer.size = 0; buffer.size < 1024; buffer.size++)
        elf_image_read(&(struct elf_source){read_buffer, &buffer}, &image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_files_are_read_safely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
