#include "check_print.h"
#include "json.h"

enum { NAME_COLUMNS = 11 };

static void write_line(struct text *text, const char *what, const char *why)
{
    if (!why)
        return;
    text_add_char(text, '\n');
    text_add(text, what);
    text_add(text, why);
}

void check_write(struct text *text, const struct check *check)
{
    text_add_foreign(text, span_of(check->path));
    text_add(text, ": ");
    text_add_foreign(text, span_of(check->what));
    for (const struct check_way *way = check->way; way < check->way + check->ways; way++) {
        text_add(text, "\n  ");
        size_t line = text->used;
        text_add(text, way->name);
        text_pad(text, line, NAME_COLUMNS);
        text_add(text, way->reached ? "yes  " : "no   ");
        text_add(text, way->why);
    }
    text_add(text, check->run ? "\ntcpalive run takes " : "\ntcpalive run cannot reach ");
    text_add_foreign(text, span_of(check->run ? check->run : check->name));
    write_line(text, "left out: ", check->left_out);
    write_line(text, "not reached then: ", check->lost);
    text_add_char(text, '\n');
}

/* Adds the member and a comma; nothing without a value. */
static void add_member(struct text *text, const char *key, const char *value)
{
    if (!value)
        return;
    json_key(text, key);
    json_string(text, span_of(value));
    text_add_char(text, ',');
}

void check_write_json(struct text *text, const struct check *check)
{
    text_add_char(text, '{');
    add_member(text, "path", check->path);
    add_member(text, "what", check->what);
    text_add(text, check->run ? "" : "\"run\":null,");
    add_member(text, "run", check->run);
    add_member(text, "left_out", check->left_out);
    add_member(text, "lost", check->lost);
    for (size_t i = 0; i < check->ways; i++) {
        text_add(text, i ? "," : "");
        json_key(text, check->way[i].name);
        text_add_char(text, '{');
        json_key(text, "reached");
        text_add(text, check->way[i].reached ? "true," : "false,");
        json_key(text, "why");
        json_string(text, span_of(check->way[i].why));
        text_add_char(text, '}');
    }
    text_add_char(text, '}');
}
