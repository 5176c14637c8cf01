#include "help.h"

enum { TEXT_COLUMN = 34 };

static const struct {
    const char *argument, *help;
} rows[SETTING_COUNT] = {
#define X(id, suffix, kind, low, high, fallback, argument, help) {argument, help},
    SETTINGS(X)
#undef X
};

/* Alternatives as the table has them, but for the system's own log. */
static void add_argument(struct text *text, const char *argument, const char *system_log)
{
    for (struct span rest = span_of(argument); rest.length;) {
        struct span word = span_cut(&rest, '|');
        text_add_span(text, span_equals(word, "syslog") ? span_of(system_log) : word);
        text_add(text, rest.length ? "|" : "");
    }
}

void help_write_settings(struct text *text, const char *system_log)
{
    char name[SETTING_NAME_SIZE];
    for (enum setting_id id = 0; id < SETTING_ENABLED; id++) {
        size_t line = text->used;
        setting_flag(id, name);
        text_add(text, "  ");
        text_add(text, name);
        text_add_char(text, ' ');
        add_argument(text, rows[id].argument, system_log);
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
