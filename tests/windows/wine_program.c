#include "windows/wine_program.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "windows/wine.h"
#include <stdio.h>

enum { FILE_SIZE = 1024 * 1024 };

unsigned char *wine_probe_bytes(const char *word, size_t *size)
{
    static unsigned char bytes[FILE_SIZE];
    char path[400];
    snprintf(path, sizeof path, "windows/tests/%s/probe.exe", word);
    FILE *file = fopen(scene_build(path), "re");
    assert_non_null(file);
    *size = fread(bytes, 1, sizeof bytes, file);
    assert_true(*size > 0 && *size < sizeof bytes);
    fclose(file);
    return bytes;
}

const char *wine_program(const char *name, const unsigned char *bytes, size_t size)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%s", wine_folder(), name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    return path;
}
