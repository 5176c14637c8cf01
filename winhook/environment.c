#include "environment.h"
#include <stddef.h>

static size_t block_length(const WCHAR *block)
{
    size_t length = 0;
    while (block[length])
        while (block[length++])
            ;
    return length + 1;
}

char *environment_copy(void)
{
    WCHAR *wide = GetEnvironmentStringsW();
    if (!wide)
        return NULL;
    int length = (int)block_length(wide);
    int size = WideCharToMultiByte(CP_UTF8, 0, wide, length, NULL, 0, NULL, NULL);
    char *block = VirtualAlloc(NULL, (SIZE_T)size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (block)
        WideCharToMultiByte(CP_UTF8, 0, wide, length, block, size, NULL, NULL);
    FreeEnvironmentStringsW(wide);
    return block;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

const char *environment_find(const char *block, const char *name)
{
    while (block && *block) {
        size_t i = 0;
        while (name[i] && upper(block[i]) == upper(name[i]))
            i++;
        if (!name[i] && block[i] == '=')
            return block + i + 1;
        while (*block++)
            ;
    }
    return NULL;
}
