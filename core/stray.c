#include "stray.h"
#include "nearest.h"
#include "setting.h"

static const char ours[] = "TCPALIVE_";

bool stray_variable(const char *entry, struct text *line)
{
    struct span suffix = span_of(entry);
    if (!span_starts(suffix, ours))
        return false;
    suffix.at += sizeof ours - 1;
    suffix.length = 0;
    while (suffix.at[suffix.length] && suffix.at[suffix.length] != '=')
        suffix.length++;
    struct nearest nearest = nearest_to(suffix);
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        if (*settings[id].suffix && span_equals(suffix, settings[id].suffix))
            return false;
        nearest_offer(&nearest, settings[id].suffix);
    }
    text_add(line, "tcpalive: ");
    text_add(line, ours);
    text_add_foreign(line, suffix);
    text_add(line, ": no such setting");
    nearest_add(line, &nearest, ours);
    text_add_char(line, '\n');
    return true;
}
