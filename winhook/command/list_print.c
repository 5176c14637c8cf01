#include "list_print.h"
#include "core/json.h"
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 11, CELL_SIZE = 160, LINE_SIZE = 2048 };

static void add_end(struct text *text, bool known, const struct address *address, uint16_t port)
{
    if (!known) {
        text_add(text, "*:*");
        return;
    }
    address_write(text, address);
    text_add_char(text, ':');
    text_add_number(text, port);
}

/* A socket that tells nothing of its options tells neither whether it listens nor who its peer is (Wine). */
static const char *state_of(const struct row *row)
{
    return !row->keepalive_known ? "-" : row->listening ? "LISTEN" : row->has_peer ? "ESTAB" : "UNCONN";
}

static void add_value(struct text *text, const struct row *row, enum setting_id id)
{
    if (!row->readable || (!row->values.keepalive && id != SETTING_USER_TIMEOUT))
        text_add_char(text, '-');
    else
        setting_write(text, id, row->values.value[id]);
}

/* One cell; the title without a row. */
static void cell(char into[CELL_SIZE], const struct row *row, int column)
{
    static const char *const titles[COLUMNS] = {"PID",       "PROGRAM", "FD",       "LOCAL",  "PEER",        "STATE",
                                                "KEEPALIVE", "IDLE",    "INTERVAL", "PROBES", "USER-TIMEOUT"};
    static const enum setting_id values[] = {SETTING_IDLE, SETTING_INTERVAL, SETTING_PROBES, SETTING_USER_TIMEOUT};
    struct text text = text_in(into, CELL_SIZE);
    if (!row)
        text_add(&text, titles[column]);
    else if (column == 0)
        text_add_number(&text, row->pid);
    else if (column == 1)
        text_add(&text, row->program);
    else if (column == 2)
        text_add_number(&text, (int64_t)row->handle);
    else if (column == 3)
        add_end(&text, row->has_local, &row->local, row->local_port);
    else if (column == 4 && !row->keepalive_known && !row->has_peer)
        text_add_char(&text, '-');
    else if (column == 4)
        add_end(&text, row->has_peer, &row->peer, row->peer_port);
    else if (column == 5)
        text_add(&text, state_of(row));
    else if (column == 6)
        text_add(&text, !row->keepalive_known ? "-" : row->values.keepalive ? "on" : "off");
    else
        add_value(&text, row, values[column - 7]);
}

static void print_line(const struct row *row, const size_t width[COLUMNS])
{
    char line[LINE_SIZE], one[CELL_SIZE];
    struct text text = text_in(line, sizeof line);
    for (int i = 0; i < COLUMNS; i++) {
        size_t begin = text.used;
        cell(one, row, i);
        text_add(&text, one);
        if (i < COLUMNS - 1)
            text_pad(&text, begin, width[i] + 1);
    }
    puts(line);
}

void list_print_table(const struct rows *rows)
{
    size_t width[COLUMNS];
    char one[CELL_SIZE];
    for (int i = 0; i < COLUMNS; i++) {
        cell(one, NULL, i);
        width[i] = strlen(one);
        for (size_t r = 0; r < rows->count; r++) {
            cell(one, &rows->row[r], i);
            width[i] = strlen(one) > width[i] ? strlen(one) : width[i];
        }
    }
    print_line(NULL, width);
    for (size_t r = 0; r < rows->count; r++)
        print_line(&rows->row[r], width);
}

static void add_text(struct text *text, const struct row *row, const char *key, int column)
{
    char one[CELL_SIZE];
    cell(one, row, column);
    json_key(text, key);
    json_string(text, span_of(one));
    text_add_char(text, ',');
}

/* A number, or null where this system does not tell. */
static void add_known(struct text *text, const struct row *row, const char *key, int64_t value)
{
    json_key(text, key);
    if (row->readable)
        text_add_number(text, value);
    else
        text_add(text, "null");
}

void list_print_json(const struct rows *rows)
{
    char line[LINE_SIZE];
    putchar('[');
    for (size_t r = 0; r < rows->count; r++) {
        const struct row *row = &rows->row[r];
        const int32_t *value = row->values.value;
        struct text text = text_in(line, sizeof line);
        text_add(&text, r ? ",\n {\"pid\":" : "{\"pid\":");
        text_add_number(&text, row->pid);
        text_add_char(&text, ',');
        add_text(&text, row, "program", 1);
        json_key(&text, "fd");
        text_add_number(&text, (int64_t)row->handle);
        text_add_char(&text, ',');
        add_text(&text, row, "local", 3);
        add_text(&text, row, "peer", 4);
        add_text(&text, row, "state", 5);
        json_key(&text, "keepalive");
        text_add(&text, !row->keepalive_known ? "null," : row->values.keepalive ? "true," : "false,");
        add_known(&text, row, "idle", value[SETTING_IDLE] / 1000);
        text_add_char(&text, ',');
        add_known(&text, row, "interval", value[SETTING_INTERVAL] / 1000);
        text_add_char(&text, ',');
        add_known(&text, row, "probes", value[SETTING_PROBES]);
        text_add_char(&text, ',');
        add_known(&text, row, "user_timeout_ms", value[SETTING_USER_TIMEOUT]);
        text_add_char(&text, '}');
        fputs(line, stdout);
    }
    puts("]");
}
