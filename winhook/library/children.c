#include "children.h"
#include "start.h"

static const WCHAR prefix[] = L"TCPALIVE";

/* The same length for both widths: characters of one entry with its end. */
static size_t entry_length(bool wide, const void *entry)
{
    return 1 + (size_t)(wide ? lstrlenW(entry) : lstrlenA(entry));
}

static WCHAR character(bool wide, const void *text, size_t i)
{
    return wide ? ((const WCHAR *)text)[i] : (WCHAR)((const unsigned char *)text)[i];
}

static WCHAR upper(WCHAR c)
{
    return c >= 'a' && c <= 'z' ? (WCHAR)(c - 'a' + 'A') : c;
}

static bool begins(bool wide, const void *entry, const WCHAR *with)
{
    size_t i = 0;
    while (with[i] && upper(character(wide, entry, i)) == upper(with[i]))
        i++;
    return !with[i];
}

/* Adds entries to a wide block, or only counts when there is none: all, or those of ours. Returns
 * characters. */
static size_t add(WCHAR *to, bool wide, const void *block, bool only_ours)
{
    size_t used = 0;
    for (const char *entry = block; character(wide, entry, 0);) {
        size_t length = entry_length(wide, entry);
        if (!only_ours || begins(wide, entry, prefix)) {
            size_t room = wide ? length : (size_t)MultiByteToWideChar(CP_ACP, 0, entry, -1, NULL, 0);
            if (to && wide)
                lstrcpyW(to + used, (const WCHAR *)entry);
            else if (to)
                MultiByteToWideChar(CP_ACP, 0, entry, -1, to + used, (int)room);
            used += room;
        }
        entry += length * (wide ? sizeof(WCHAR) : 1);
    }
    return used;
}

/* The given block and our own variables behind it. */
static void *with_ours(bool wide, const void *block)
{
    WCHAR *own = GetEnvironmentStringsW();
    if (!own)
        return NULL;
    size_t theirs = add(NULL, wide, block, false), ours = add(NULL, true, own, true);
    WCHAR *made = VirtualAlloc(NULL, (theirs + ours + 1) * sizeof *made, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (made) {
        add(made, wide, block, false);
        add(made + theirs, true, own, true);
    }
    FreeEnvironmentStringsW(own);
    return made;
}

/* 1 the block says on, 0 it says off, -1 it says nothing */
static int says(bool wide, const void *block)
{
    for (const char *entry = block; character(wide, entry, 0);
         entry += entry_length(wide, entry) * (wide ? sizeof(WCHAR) : 1))
        if (begins(wide, entry, L"TCPALIVE="))
            return !begins(wide, entry, L"TCPALIVE=off");
    return -1;
}

bool children_wanted(bool wide, const void *environment, void **made)
{
    WCHAR *own = environment ? NULL : GetEnvironmentStringsW();
    *made = NULL;
    if ((!environment && !own) || start_policy()->follow == FOLLOW_NEVER) {
        if (own)
            FreeEnvironmentStringsW(own);
        return false;
    }
    int said = environment ? says(wide, environment) : says(true, own);
    if (own)
        FreeEnvironmentStringsW(own);
    if (said >= 0 || !environment || start_policy()->follow != FOLLOW_ON)
        return said > 0;
    *made = with_ours(wide, environment);
    return *made != NULL;
}
