#include "filter.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* `*` stands for any run of characters. One step back to the last star is enough. */
static bool matches(struct span pattern, const char *name, bool any_case)
{
    size_t at = 0, star = SIZE_MAX, from = 0;
    for (size_t i = 0; name[i];) {
        if (at < pattern.length && pattern.at[at] == '*') {
            star = at++;
            from = i;
        } else if (at < pattern.length &&
                   (pattern.at[at] == name[i] || (any_case && lower(pattern.at[at]) == lower(name[i])))) {
            at++;
            i++;
        } else if (star != SIZE_MAX) {
            at = star + 1;
            i = ++from;
        } else {
            return false;
        }
    }
    while (at < pattern.length && pattern.at[at] == '*')
        at++;
    return at == pattern.length;
}

static bool cut_exclusion(struct span *pattern)
{
    bool exclusion = pattern->length && pattern->at[0] == '!';
    if (exclusion) {
        pattern->at++;
        pattern->length--;
    }
    *pattern = span_trim(*pattern);
    return exclusion;
}

bool filter_check(struct span patterns, struct text *why)
{
    bool any = false;
    while (patterns.length) {
        struct span pattern = span_cut(&patterns, ',');
        bool exclusion = cut_exclusion(&pattern);
        for (size_t i = 0; i < pattern.length; i++)
            if (pattern.at[i] == '/') {
                text_add(why, "programs are named without a folder");
                return false;
            }
        if (exclusion && !pattern.length) {
            text_add(why, "no name behind '!'");
            return false;
        }
        any = any || pattern.length;
    }
    if (!any)
        text_add(why, "names no program");
    return any;
}

static bool admits(struct span patterns, const char *name, const char *other, bool any_case)
{
    bool named = false, any_inclusion = false;
    while (patterns.length) {
        struct span pattern = span_cut(&patterns, ',');
        bool exclusion = cut_exclusion(&pattern);
        if (!pattern.length)
            continue;
        any_inclusion = any_inclusion || !exclusion;
        if (!matches(pattern, name, any_case) && !(other && matches(pattern, other, any_case)))
            continue;
        if (exclusion)
            return false;
        named = true;
    }
    return named || !any_inclusion;
}

bool filter_admits(struct span patterns, const char *name, const char *other)
{
    return admits(patterns, name, other, false);
}

bool filter_admits_any_case(struct span patterns, const char *name, const char *other)
{
    return admits(patterns, name, other, true);
}
