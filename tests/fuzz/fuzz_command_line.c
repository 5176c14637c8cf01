/* A line as Windows starts a program with it: pieces in their order, each no longer than what was typed. */
#include "fuzz.h"
#include "winhook/command/command_line.h"
#include "winhook/command/say.h"
#include <stdlib.h>
#include <string.h>

void say(const char *what, const char *object, const char *why)
{
    (void)what, (void)object, (void)why;
    PROPERTY(false);
}

int lstrlenW(const WCHAR *text)
{
    int length = 0;
    while (text[length])
        length++;
    return length;
}

/* Enough of it: what is not ASCII becomes `?`. */
int WideCharToMultiByte(UINT page, DWORD flags, const WCHAR *text, int length, char *into, int room,
                        const char *instead, BOOL *used)
{
    (void)page, (void)flags, (void)length, (void)instead, (void)used;
    int size = lstrlenW(text) + 1;
    PROPERTY(!into || room == size);
    for (int i = 0; into && i < size; i++)
        into[i] = (char)(text[i] < 128 ? text[i] : '?');
    return size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t length = size / sizeof(WCHAR);
    WCHAR *line = calloc(length + 1, sizeof *line);
    PROPERTY(line);
    memcpy(line, data, length * sizeof *line);
    length = (size_t)lstrlenW(line);
    struct command_line split = command_line_of(line);
    PROPERTY(split.count >= 0 && (size_t)split.count <= length + 1 && !split.text[split.count]);
    for (int i = 0; i < split.count; i++) {
        const WCHAR *end = i + 1 < split.count ? split.typed[i + 1] : line + length;
        PROPERTY(split.typed[i] >= line && split.typed[i] <= end);
        PROPERTY(strlen(split.text[i]) <= (size_t)(end - split.typed[i]));
        free(split.text[i]);
    }
    free(split.text);
    free(split.typed);
    free(line);
    return 0;
}
