#include "children.h"
#include "in_force.h"

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

/*
 * Which entries of a block are meant: a block is sorted by name (Microsoft: CreateProcess), and ours have one
 * place in it.
 */
enum part { BEFORE_OURS, OURS, AFTER_OURS };

static enum part part_of(bool wide, const void *entry)
{
    for (size_t i = 0; prefix[i]; i++) {
        WCHAR c = upper(character(wide, entry, i));
        if (c != prefix[i])
            return c < prefix[i] ? BEFORE_OURS : AFTER_OURS;
    }
    return OURS;
}

/* Adds one part of a block to a wide one, or only counts when there is none. Returns characters. */
static size_t add(WCHAR *to, bool wide, UINT page, const void *block, enum part part)
{
    size_t used = 0;
    for (const char *entry = block; character(wide, entry, 0);) {
        size_t length = entry_length(wide, entry);
        if (part_of(wide, entry) == part) {
            size_t room = wide ? length : (size_t)MultiByteToWideChar(page, 0, entry, -1, NULL, 0);
            if (to && wide)
                lstrcpyW(to + used, (const WCHAR *)entry);
            else if (to)
                MultiByteToWideChar(page, 0, entry, -1, to + used, (int)room);
            used += room;
        }
        entry += length * (wide ? sizeof(WCHAR) : 1);
    }
    return used;
}

/* The given block with our own variables in it: those that attach brought, else this process's. */
static WCHAR *merge(WCHAR *to, bool wide, const void *block, const WCHAR *own, size_t *size)
{
    const char *attached = in_force_attached();
    size_t used = add(to, wide, CP_ACP, block, BEFORE_OURS);
    used += attached ? add(to ? to + used : NULL, false, CP_UTF8, attached, OURS)
                     : add(to ? to + used : NULL, true, 0, own, OURS);
    used += add(to ? to + used : NULL, wide, CP_ACP, block, AFTER_OURS);
    *size = used + 1;
    return to;
}

static void *with_ours(bool wide, const void *block, const WCHAR *own)
{
    size_t size;
    merge(NULL, wide, block, own, &size);
    WCHAR *made = VirtualAlloc(NULL, size * sizeof *made, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    return made ? merge(made, wide, block, own, &size) : NULL;
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
    const struct policy *policy = in_force();
    WCHAR *own = policy->enabled && policy->follow != FOLLOW_NEVER ? GetEnvironmentStringsW() : NULL;
    *made = NULL;
    if (!own)
        return false;
    int said = environment ? says(wide, environment) : says(true, own);
    if (said < 0 && policy->follow && (environment || in_force_attached()))
        *made = environment ? with_ours(wide, environment, own) : with_ours(true, own, own);
    FreeEnvironmentStringsW(own);
    return said > 0 || *made;
}
