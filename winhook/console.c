#include "console.h"

enum { PIECE = 512 };

bool console_is_one(HANDLE handle)
{
    DWORD mode;
    return GetConsoleMode(handle, &mode);
}

/* As much of the text as a piece holds without parting a character of UTF-8 (RFC 3629 4). */
static int piece_of(const char *text, size_t length)
{
    int size = PIECE;
    if (length <= PIECE)
        return (int)length;
    while (size > PIECE - 4 && (text[size] & 0xc0) == 0x80)
        size--;
    return size;
}

bool console_write(HANDLE console, const char *text, size_t length)
{
    WCHAR wide[PIECE];
    DWORD written;
    while (length) {
        int size = piece_of(text, length), count = MultiByteToWideChar(CP_UTF8, 0, text, size, wide, PIECE);
        if (!count || !WriteConsoleW(console, wide, (DWORD)count, &written, NULL))
            return false;
        text += size;
        length -= (size_t)size;
    }
    return true;
}
