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

static bool add_rules(struct text *text, const char *given, bool (*add_file)(struct text *text, const char *path),
                      text_say *say)
{
    if (*given == '@' && !add_file(text, given + 1))
        return false;
    if (*given != '@')
        text_add(text, given);
    text_add_char(text, '\n');
    if (!text_is_full(text))
        return true;
    say("rules", given, "longer than a variable may be");
    return false;
}

bool flags_join_rules(const struct flags *flags, const char *variable, struct text *text,
                      bool (*add_file)(struct text *text, const char *path), text_say *say)
{
    for (unsigned i = 0; i < flags->rules_count; i++)
        if (!add_rules(text, flags->rules[i], add_file, say))
            return false;
    return flags->rules_count || !variable || *variable != '@' || add_rules(text, variable, add_file, say);
}
