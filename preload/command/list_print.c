#include "preload/command/list_print.h"
#include "core/json.h"
#include <stdio.h>
#include <string.h>

enum { CELL_SIZE = 64, LEAST_HEADER = 4 };

enum column {
    COLUMN_PID,
    COLUMN_PROGRAM,
    COLUMN_FD,
    COLUMN_LOCAL,
    COLUMN_PEER,
    COLUMN_STATE,
    COLUMN_KEEPALIVE,
    COLUMN_IDLE,
    COLUMN_INTERVAL,
    COLUMN_PROBES,
    COLUMN_USER_TIMEOUT,
    COLUMNS,
};

/* `least` is how narrow a column may get when the terminal is; 0: never narrower than what it holds. */
static const struct {
    const char *title;
    size_t least;
} columns[COLUMNS] = {
    [COLUMN_PID] = {"PID", 0},
    [COLUMN_PROGRAM] = {"PROGRAM", 6},
    [COLUMN_FD] = {"FD", 0},
    [COLUMN_LOCAL] = {"LOCAL", 9},
    [COLUMN_PEER] = {"PEER", 9},
    [COLUMN_STATE] = {"STATE", 5},
    [COLUMN_KEEPALIVE] = {"KEEPALIVE", 0},
    [COLUMN_IDLE] = {"IDLE", 0},
    [COLUMN_INTERVAL] = {"INTERVAL", 0},
    [COLUMN_PROBES] = {"PROBES", 0},
    [COLUMN_USER_TIMEOUT] = {"USER-TIMEOUT", 0},
};

static const char red[] = "\033[31m", bold[] = "\033[1m", plain[] = "\033[0m";

/* A program names itself: nothing of it may reach the terminal as a control sequence. */
static void write_name(struct text *text, const char *name)
{
    for (; *name; name++)
        text_add_char(text, (unsigned char)*name < ' ' || *name == 0x7f ? '?' : *name);
}

/* Without keepalive its times are in nobody's use, and dashes make the row stand out. */
static void write_value(struct text *text, const struct row *row, enum setting_id id)
{
    int32_t value = row->values.value[id];
    if (value == VALUE_UNSET || (!row->values.keepalive && id != SETTING_USER_TIMEOUT))
        text_add_char(text, '-');
    else
        setting_write(text, id, value);
}

static void write_cell(struct text *text, const struct row *row, enum column column)
{
    switch (column) {
    case COLUMN_PID:
        return text_add_number(text, row->pid);
    case COLUMN_PROGRAM:
        return write_name(text, row->program);
    case COLUMN_FD:
        return text_add_number(text, row->number);
    case COLUMN_LOCAL:
        return row_write_local(text, row);
    case COLUMN_PEER:
        return row_write_peer(text, row);
    case COLUMN_STATE:
        return text_add(text, row_state(row));
    case COLUMN_KEEPALIVE:
        return text_add(text, row->values.keepalive ? "on" : "off");
    case COLUMN_IDLE:
        return write_value(text, row, SETTING_IDLE);
    case COLUMN_INTERVAL:
        return write_value(text, row, SETTING_INTERVAL);
    case COLUMN_PROBES:
        return write_value(text, row, SETTING_PROBES);
    default:
        return write_value(text, row, SETTING_USER_TIMEOUT);
    }
}

static size_t cell(char into[CELL_SIZE], const struct row *row, enum column column)
{
    struct text text = text_in(into, CELL_SIZE);
    if (row)
        write_cell(&text, row, column);
    else
        text_add(&text, columns[column].title);
    return text.used;
}

static size_t line_width(const size_t width[COLUMNS])
{
    size_t total = COLUMNS - 1;
    for (int i = 0; i < COLUMNS; i++)
        total += width[i];
    return total;
}

/* Takes from the column that has most to give, until the line fits or none has any. */
static void shrink(size_t width[COLUMNS], const size_t floor[COLUMNS], size_t room)
{
    for (size_t over = line_width(width) > room ? line_width(width) - room : 0; over > 0; over--) {
        int widest = 0;
        for (int i = 1; i < COLUMNS; i++)
            if (width[i] - floor[i] > width[widest] - floor[widest])
                widest = i;
        if (width[widest] == floor[widest])
            return;
        width[widest]--;
    }
}

/* First the titles give way to what stands below them, then long names and addresses. */
static void measure(const struct rows *rows, size_t room, size_t width[COLUMNS])
{
    char text[CELL_SIZE];
    size_t floor[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
        size_t content = 0, title = strlen(columns[i].title);
        for (size_t r = 0; r < rows->count; r++) {
            size_t length = cell(text, &rows->row[r], i);
            content = length > content ? length : content;
        }
        width[i] = content > title ? content : title;
        floor[i] = content > LEAST_HEADER || title < LEAST_HEADER ? content : LEAST_HEADER;
        floor[i] = floor[i] > width[i] || !rows->count ? width[i] : floor[i];
    }
    if (!room)
        return;
    shrink(width, floor, room);
    for (int i = 0; i < COLUMNS; i++)
        if (columns[i].least && columns[i].least < floor[i])
            floor[i] = columns[i].least;
    for (int i = 0; i < COLUMNS; i++)
        floor[i] = floor[i] < width[i] ? floor[i] : width[i];
    shrink(width, floor, room);
}

static void print_line(const struct row *row, const size_t width[COLUMNS], const char *colour)
{
    char line[COLUMNS * (CELL_SIZE + 1)], text[CELL_SIZE];
    size_t used = 0;
    for (int i = 0; i < COLUMNS; i++) {
        size_t length = cell(text, row, i);
        size_t kept = length < width[i] ? length : width[i];
        bool keep_end = i == COLUMN_LOCAL || i == COLUMN_PEER; /* of an address, where the port is */
        memcpy(line + used, keep_end ? text + length - kept : text, kept);
        if (length > width[i])
            line[keep_end ? used : used + kept - 1] = '~';
        memset(line + used + kept, ' ', width[i] - kept + 1);
        used += width[i] + 1;
    }
    while (used > 0 && line[used - 1] == ' ')
        used--;
    printf("%s%.*s%s\n", colour ? colour : "", (int)used, line, colour ? plain : "");
}

void list_print_table(const struct rows *rows, const struct list_style *style)
{
    size_t width[COLUMNS];
    size_t shown = rows->count;
    measure(rows, style->columns, width);
    if (style->lines && shown + 2 > style->lines)
        shown = style->lines > 3 ? style->lines - 3 : 0;
    print_line(NULL, width, style->colour ? bold : NULL);
    for (size_t i = 0; i < shown; i++)
        print_line(&rows->row[i], width, style->colour && !rows->row[i].values.keepalive ? red : NULL);
    if (shown < rows->count)
        printf("... and %zu more\n", rows->count - shown);
}

static void print_string(const char *key, const char *value)
{
    char buffer[6 * CELL_SIZE + 64]; /* each byte may become six */
    struct text text = text_in(buffer, sizeof buffer);
    json_key(&text, key);
    json_string(&text, span_of(value));
    text_add_char(&text, ',');
    fputs(buffer, stdout);
}

static void print_object(const struct row *row)
{
    char text[CELL_SIZE];
    const int32_t *value = row->values.value;
    printf("{\"pid\":%d,", (int)row->pid);
    print_string("program", row->program);
    printf("\"fd\":%d,", row->number);
    cell(text, row, COLUMN_LOCAL);
    print_string("local", text);
    cell(text, row, COLUMN_PEER);
    print_string("peer", text);
    print_string("state", row_state(row));
    printf("\"keepalive\":%s,\"idle\":%d,\"interval\":%d,\"probes\":%d,", row->values.keepalive ? "true" : "false",
           value[SETTING_IDLE] / 1000, value[SETTING_INTERVAL] / 1000, value[SETTING_PROBES]);
    if (value[SETTING_USER_TIMEOUT] == VALUE_UNSET)
        printf("\"user_timeout_ms\":null}");
    else
        printf("\"user_timeout_ms\":%d}", value[SETTING_USER_TIMEOUT]);
}

void list_print_json(const struct rows *rows)
{
    putchar('[');
    for (size_t i = 0; i < rows->count; i++) {
        printf("%s", i ? ",\n " : "");
        print_object(&rows->row[i]);
    }
    printf("]\n");
}
