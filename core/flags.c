#include "flags.h"

enum flags_result flags_take(struct flags *flags, int argc, char *const argv[], int *at)
{
    struct span value = span_of(argv[*at]);
    if (!span_starts(value, "--"))
        return FLAGS_OTHER;
    const char *argument = argv[*at] + 2;
    value = span_of(argument);
    struct span name = span_cut(&value, '=');
    bool inside = argument[name.length] == '=';
    enum setting_id id = setting_by_flag(name);
    if (id == SETTING_COUNT)
        return FLAGS_OTHER;
    const char *text = inside ? argument + name.length + 1 : *at + 1 < argc ? argv[*at + 1] : NULL;
    if (!text || !*text)
        return FLAGS_NEEDS_VALUE;
    flags->text[id] = text;
    *at += inside ? 1 : 2;
    return FLAGS_TAKEN;
}
