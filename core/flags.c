#include "flags.h"

enum flags_result flags_take(struct flags *flags, int argc, char *const argv[], int *at)
{
    if (!span_starts(span_of(argv[*at]), "--"))
        return FLAGS_OTHER;
    struct span name = {argv[*at] + 2, 0};
    while (name.at[name.length] && name.at[name.length] != '=')
        name.length++;
    bool inside = name.at[name.length] == '=';
    enum setting_id id = setting_by_flag(name);
    if (id == SETTING_COUNT)
        return FLAGS_OTHER;
    const char *text = inside ? name.at + name.length + 1 : *at + 1 < argc ? argv[*at + 1] : NULL;
    if (!text || !*text)
        return FLAGS_NEEDS_VALUE;
    if (id == SETTING_RULES && flags->rules_count == FLAGS_RULES_MAX)
        return FLAGS_TOO_MANY;
    if (id == SETTING_RULES)
        flags->rules[flags->rules_count++] = text;
    flags->text[id] = text;
    *at += inside ? 1 : 2;
    return FLAGS_TAKEN;
}
