#include "help.h"

enum { TEXT_COLUMN = 34 };

static const struct {
    const char *argument, *help;
} rows[SETTING_COUNT] = {
#define X(id, suffix, kind, low, high, fallback, argument, help) {argument, help},
    SETTINGS(X)
#undef X
};

void help_write_settings(struct text *text)
{
    char name[SETTING_NAME_SIZE];
    for (enum setting_id id = 0; id < SETTING_ENABLED; id++) {
        size_t line = text->used;
        setting_flag(id, name);
        text_add(text, "  ");
        text_add(text, name);
        text_add_char(text, ' ');
        text_add(text, rows[id].argument);
        if (text->used - line >= TEXT_COLUMN) {
            text_add_char(text, '\n');
            line = text->used;
        }
        text_pad(text, line, TEXT_COLUMN);
        text_add(text, rows[id].help);
        if (*settings[id].fallback) {
            text_add(text, " [");
            text_add(text, settings[id].fallback);
            text_add(text, "]");
        }
        text_add_char(text, '\n');
    }
}
