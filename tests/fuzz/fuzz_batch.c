/*
 * The line for cmd.exe that starts a batch file with arguments that somebody else chose: whatever they are, cmd.exe
 * finds nothing in it that ends the command, names a file to write or expands to something.
 */
#include "fuzz.h"
#include "winhook/command/program.h"
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 8 };

static void copy(WCHAR *into, const char *text)
{
    do
        *into++ = (unsigned char)*text;
    while (*text++);
}

UINT GetSystemDirectoryW(WCHAR *into, UINT room)
{
    (void)room;
    copy(into, "C:\\windows\\system32");
    return 19;
}

WCHAR *lstrcatW(WCHAR *into, const WCHAR *more)
{
    WCHAR *end = into;
    while (*end)
        end++;
    while ((*end++ = *more++))
        ;
    return into;
}

/* Byte by byte: what a byte says is not what is looked at here. */
int MultiByteToWideChar(UINT page, DWORD flags, const char *text, int length, WCHAR *into, int room)
{
    (void)page, (void)flags, (void)length;
    int size = (int)strlen(text) + 1;
    if (size <= room)
        copy(into, text);
    return size <= room ? size : 0;
}

/* `%%cd:~,%` is a percent sign and a variable that is empty (SET /?): no other one is left. */
static bool is_inert(const WCHAR **at)
{
    static const char inert[] = "%%cd:~,%";
    for (size_t i = 0; i < sizeof inert - 1; i++)
        if ((*at)[i] != (unsigned char)inert[i])
            return false;
    *at += sizeof inert - 2;
    return true;
}

/* From behind `/c "` on, as cmd.exe goes through it; its last quote is the one that it takes away. */
static void check(const WCHAR *at, const WCHAR *end)
{
    bool quoted = false;
    for (; at < end; at++) {
        PROPERTY(*at != '\r' && *at != '\n');
        if (*at == '"')
            quoted = !quoted;
        else if (*at == '%')
            PROPERTY(is_inert(&at));
        else if (!quoted)
            PROPERTY(*at != '&' && *at != '|' && *at != '<' && *at != '>' && *at != '^');
    }
    PROPERTY(!quoted);
}

/* The first line is what was typed, the others the words that were read of it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static WCHAR script[] = {'C', ':', '\\', 'a', ' ', 'b', '.', 'b', 'a', 't', 0}, interpreter[MAX_PATH],
                 line[PROGRAM_LINE];
    static const char begins[] = "\"C:\\windows\\system32\\cmd.exe\" /e:ON /v:OFF /d /s /c \"";
    char *word[WORDS_MAX + 2] = {NULL}, *text = strndup((const char *)data, size);
    WCHAR *typed = calloc(size + 1, sizeof *typed);
    int count = 0;
    PROPERTY(text && typed);
    for (char *rest = text; rest && count <= WORDS_MAX;)
        word[count++] = strsep(&rest, "\n");
    copy(typed, word[0]);
    if (!program_batch_line(script, typed, word + 1, interpreter, line)) {
        size_t length = 0;
        while (line[length])
            length++;
        for (size_t i = 0; i < sizeof begins - 1; i++)
            PROPERTY(line[i] == (unsigned char)begins[i]);
        PROPERTY(line[length - 1] == '"');
        check(line + sizeof begins - 1, line + length - 1);
    }
    free(typed);
    free(text);
    return 0;
}
