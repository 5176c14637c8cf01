/* Values of every setting and of other libraries' variables: in range or a word, and the same when written. */
#include "core/alias.h"
#include "fuzz.h"

static void check(enum setting_id id, int32_t value)
{
    TEXT(text, 64);
    TEXT(why, 256);
    int32_t again;
    bool number = value >= settings[id].low && value <= settings[id].high;
    PROPERTY(number || value == VALUE_SYSTEM ||
             (id == SETTING_USER_TIMEOUT && (value == VALUE_MATCH || value == VALUE_OFF)));
    setting_write(&text, id, value);
    PROPERTY(setting_parse(id, span_of(text.at), &again, &why) && again == value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    TEXT(why, 256);
    int32_t value = VALUE_UNSET;
    if (!size)
        return 0;
    struct span span = {(const char *)data + 1, size - 1};
    size_t which = data[0] % (SETTING_COUNT + alias_count);
    bool own = which < SETTING_COUNT;
    if (own && settings[which].kind == KIND_TEXT)
        return 0;
    const struct alias *alias = own ? NULL : &aliases[which - SETTING_COUNT];
    if (own ? setting_parse((enum setting_id)which, span, &value, &why) : alias_parse(alias, span, &value, &why))
        check(own ? (enum setting_id)which : (enum setting_id)alias->setting, value);
    else
        PROPERTY(why.used > 0);
    return 0;
}
