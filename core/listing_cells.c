#include "listing_cells.h"
#include "json.h"

enum { TENTH = 100, SECOND = 1000, TENTHS_UP_TO = 100 };

static const char untold[] = "?", none[] = "-", null[] = "null";

static void write_held(struct text *text, int64_t number, const char *otherwise)
{
    if (number == LISTING_NOBODY)
        text_add(text, otherwise);
    else
        text_add_number(text, number);
}

static void write_pid(struct text *text, const struct listing_row *row)
{
    write_held(text, row->pid, untold);
}

static void json_pid(struct text *text, const struct listing_row *row)
{
    write_held(text, row->pid, null);
}

static void write_fd(struct text *text, const struct listing_row *row)
{
    write_held(text, row->number, untold);
}

static void json_fd(struct text *text, const struct listing_row *row)
{
    write_held(text, row->number, null);
}

static void write_program(struct text *text, const struct listing_row *row)
{
    text_add_foreign(text, span_of(*row->program ? row->program : untold));
}

static void json_program(struct text *text, const struct listing_row *row)
{
    if (*row->program)
        json_string(text, span_of(row->program));
    else
        text_add(text, null);
}

static void write_local(struct text *text, const struct listing_row *row)
{
    listing_write_end(text, &row->local);
}

static void write_peer(struct text *text, const struct listing_row *row)
{
    listing_write_end(text, &row->peer);
}

static void json_end(struct text *text, const struct listing_end *end)
{
    char buffer[CELL_SIZE];
    struct text written = text_in(buffer, sizeof buffer);
    listing_write_end(&written, end);
    if (end->kind == LISTING_END_UNTOLD)
        text_add(text, null);
    else
        json_string(text, span_of(buffer));
}

static void json_local(struct text *text, const struct listing_row *row)
{
    json_end(text, &row->local);
}

static void json_peer(struct text *text, const struct listing_row *row)
{
    json_end(text, &row->peer);
}

static void write_state(struct text *text, const struct listing_row *row)
{
    text_add(text, listing_state_name(row->state));
}

static void json_state(struct text *text, const struct listing_row *row)
{
    if (row->state == LISTING_UNTOLD)
        text_add(text, null);
    else
        json_string(text, span_of(listing_state_name(row->state)));
}

static void write_keepalive(struct text *text, const struct listing_row *row)
{
    text_add(text, row->told == LISTING_NOTHING_TOLD ? untold : row->values.keepalive ? "on" : "off");
}

static void json_keepalive(struct text *text, const struct listing_row *row)
{
    text_add(text, row->told == LISTING_NOTHING_TOLD ? null : row->values.keepalive ? "true" : "false");
}

/* Without keepalive its times are not used, and dashes make the row stand out. */
static void write_value(struct text *text, const struct listing_row *row, enum setting_id id)
{
    int32_t value = row->values.value[id];
    bool unused = row->told != LISTING_NOTHING_TOLD && !row->values.keepalive && id != SETTING_USER_TIMEOUT;
    if (row->told != LISTING_ALL_TOLD && !unused)
        text_add(text, untold);
    else if (unused || value == VALUE_UNSET)
        text_add(text, none);
    else
        setting_write(text, id, value);
}

static void json_value(struct text *text, const struct listing_row *row, enum setting_id id)
{
    int32_t value = row->values.value[id];
    if (row->told != LISTING_ALL_TOLD || value == VALUE_UNSET)
        text_add(text, null);
    else if (id == SETTING_IDLE || id == SETTING_INTERVAL)
        json_seconds(text, value);
    else
        text_add_number(text, value);
}

#define VALUE(name, id)                                                                                                \
    static void write_##name(struct text *text, const struct listing_row *row)                                         \
    {                                                                                                                  \
        write_value(text, row, id);                                                                                    \
    }                                                                                                                  \
    static void json_##name(struct text *text, const struct listing_row *row)                                          \
    {                                                                                                                  \
        json_value(text, row, id);                                                                                     \
    }
VALUE(idle, SETTING_IDLE)
VALUE(interval, SETTING_INTERVAL)
VALUE(probes, SETTING_PROBES)
VALUE(user_timeout, SETTING_USER_TIMEOUT)

static void write_part(struct text *text, uint32_t number, char unit)
{
    if (!number)
        return;
    text_add_number(text, number);
    text_add_char(text, unit);
}

/* `1.2s`, `14s`, `1h59m`: tenths only while they matter. */
static void write_time(struct text *text, uint32_t ms)
{
    uint32_t tenths = ms / TENTH + (ms % TENTH >= TENTH / 2), seconds = ms / SECOND + (ms % SECOND >= SECOND / 2);
    if (tenths >= TENTHS_UP_TO) {
        write_part(text, seconds / 3600, 'h');
        write_part(text, seconds % 3600 / 60, 'm');
        write_part(text, seconds % 60, 's');
        return;
    }
    text_add_number(text, tenths / 10);
    text_add(text, tenths % 10 ? "." : "");
    if (tenths % 10)
        text_add_number(text, tenths % 10);
    text_add_char(text, 's');
}

static const char *const timer_names[] = {
    [LISTING_TIMER_PROBE] = "probe",
    [LISTING_TIMER_RESEND] = "resend",
    [LISTING_TIMER_WINDOW] = "window",
};

static bool runs(const struct listing_row *row)
{
    return row->timer >= LISTING_TIMER_PROBE && row->timer <= LISTING_TIMER_WINDOW;
}

static void write_ordinal(struct text *text, uint32_t number)
{
    static const char *const endings[] = {"th", "st", "nd", "rd"};
    bool teen = number % 100 / 10 == 1;
    text_add_number(text, number);
    text_add(text, endings[teen || number % 10 > 3 ? 0 : number % 10]);
}

static void write_timer(struct text *text, const struct listing_row *row)
{
    if (!runs(row)) {
        text_add(text, row->timer == LISTING_TIMER_UNTOLD ? untold : none);
        return;
    }
    text_add(text, timer_names[row->timer]);
    text_add_char(text, ' ');
    write_time(text, row->timer_ms);
    if (row->timer == LISTING_TIMER_RESEND) {
        text_add(text, " (");
        write_ordinal(text, row->unanswered + 1);
        text_add_char(text, ')');
    } else if (row->unanswered) {
        text_add(text, " (");
        text_add_number(text, row->unanswered);
        text_add(text, " unanswered)");
    }
}

static void json_timer(struct text *text, const struct listing_row *row)
{
    if (runs(row))
        json_string(text, span_of(timer_names[row->timer]));
    else
        text_add(text, null);
}

static void json_timer_ms(struct text *text, const struct listing_row *row)
{
    write_held(text, runs(row) ? (int64_t)row->timer_ms : LISTING_NOBODY, null);
}

static void json_unanswered(struct text *text, const struct listing_row *row)
{
    write_held(text, row->timer == LISTING_TIMER_UNTOLD ? LISTING_NOBODY : (int64_t)row->unanswered, null);
}

static void write_netns(struct text *text, const struct listing_row *row)
{
    write_held(text, row->netns ? (int64_t)row->netns : LISTING_NOBODY, untold);
}

static void json_netns(struct text *text, const struct listing_row *row)
{
    write_held(text, row->netns ? (int64_t)row->netns : LISTING_NOBODY, null);
}

/* In JSON only. */
#define write_timer_ms   NULL
#define write_unanswered NULL

const struct cell cells[CELL_COUNT] = {
#define X(id, name, title, key, least, keep_end) {title, key, least, keep_end, write_##name, json_##name},
    CELLS(X)
#undef X
};
