#include "handing_on.h"
#include "core/alias.h"
#include "core/setting.h"
#include "winhook/environment.h"
#include <string.h>

static bool add_variable(struct text *block, const char *environment, const char *name)
{
    const char *value = environment_find(environment, name);
    if (!value)
        return true;
    if (block->used + strlen(name) + strlen(value) + 3 > HANDING_ON_SIZE)
        return false;
    text_add(block, name);
    text_add_char(block, '=');
    text_add(block, value);
    text_add_char(block, '\0');
    return true;
}

size_t handing_on(char buffer[HANDING_ON_SIZE])
{
    struct text block = text_in(buffer, HANDING_ON_SIZE);
    const char *environment = environment_copy();
    char name[SETTING_NAME_SIZE];
    bool fits = true;
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        setting_variable(id, name);
        fits = fits && add_variable(&block, environment, name);
    }
    for (size_t i = 0; i < alias_count; i++)
        fits = fits && add_variable(&block, environment, aliases[i].variable);
    text_add_char(&block, '\0');
    return fits ? block.used : 0;
}
