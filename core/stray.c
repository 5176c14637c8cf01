#include "stray.h"
#include "nearest.h"
#include "setting.h"

static const char ours[] = "TCPALIVE_";

bool stray_variable(const char *entry, struct text *line)
{
    struct span name = {entry, 0};
    while (name.at[name.length] && name.at[name.length] != '=')
        name.length++;
    if (!span_starts(name, ours) || setting_by_variable(name) != SETTING_COUNT)
        return false;
    struct span suffix = {name.at + sizeof ours - 1, name.length - (sizeof ours - 1)};
    struct nearest nearest = nearest_to(suffix);
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        nearest_offer(&nearest, settings[id].suffix);
    text_add(line, "tcpalive: ");
    text_add(line, ours);
    text_add_foreign(line, suffix);
    text_add(line, ": no such setting");
    nearest_add(line, &nearest, ours);
    text_add_char(line, '\n');
    return true;
}
