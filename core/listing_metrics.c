#include "listing.h"

enum { LINE_SIZE = 512 };

/* As it is shown: two programs that are shown alike are one group, or a sample would stand twice. */
static struct text shown_name(char buffer[LISTING_PROGRAM_SIZE], const struct listing_row *row)
{
    struct text text = text_in(buffer, LISTING_PROGRAM_SIZE);
    text_add_foreign(&text, span_of(*row->program ? row->program : "?"));
    return text;
}

static int compare_names(const struct listing_row *one, const struct listing_row *other)
{
    char a[LISTING_PROGRAM_SIZE], b[LISTING_PROGRAM_SIZE];
    size_t at = 0;
    shown_name(a, one);
    shown_name(b, other);
    while (a[at] && a[at] == b[at])
        at++;
    return (uint8_t)a[at] - (uint8_t)b[at];
}

int listing_compare(const void *one, const void *other)
{
    const struct listing_row *a = one, *b = other;
    int names = compare_names(a, b);
    return names ? names : a->state - b->state;
}

static bool is_without(const struct listing_row *row)
{
    return row->told != LISTING_NOTHING_TOLD && !row->values.keepalive;
}

static bool is_with(const struct listing_row *row)
{
    return row->told != LISTING_NOTHING_TOLD && row->values.keepalive;
}

static bool is_untold(const struct listing_row *row)
{
    return row->told == LISTING_NOTHING_TOLD;
}

static bool is_unanswered(const struct listing_row *row)
{
    return row->timer == LISTING_TIMER_PROBE && row->unanswered;
}

static bool is_unacknowledged(const struct listing_row *row)
{
    return row->unacknowledged;
}

/* Each family's samples stand together (OpenMetrics 1.0, "MetricFamily"). */
static const struct family {
    const char *name, *help;
    struct sample {
        const char *label; /* NULL ends them */
        bool (*counts)(const struct listing_row *row);
        bool always; /* also when there are none */
    } sample[4];
} families[] = {
    {"tcpalive_connections",
     "TCP sockets, listeners included.",
     {{",keepalive=\"on\"", is_with, true},
      {",keepalive=\"off\"", is_without, true},
      {",keepalive=\"unknown\"", is_untold, false}}},
    {"tcpalive_connections_unanswered",
     "Connections with keepalive probes that the peer has not answered.",
     {{"", is_unanswered, true}}},
    {"tcpalive_connections_unacknowledged",
     "Connections with data that the peer has not acknowledged.",
     {{"", is_unacknowledged, true}}},
};

/* OpenMetrics 1.0, "escaped-string": a quote and a backslash are escaped, and all is UTF-8 without a newline. */
static void add_program(struct text *text, const struct listing_row *row)
{
    char name[LISTING_PROGRAM_SIZE];
    shown_name(name, row);
    for (const char *c = name; *c; c++) {
        text_add(text, *c == '"' || *c == '\\' ? "\\" : "");
        text_add_char(text, *c);
    }
}

/* One group: the rows from `row` on that are of the same program and state. */
static void write_sample(const struct family *family, const struct sample *sample, const struct listing_row *row,
                         size_t length, listing_write *write, void *context)
{
    char line[LINE_SIZE];
    struct text text = text_in(line, sizeof line);
    int64_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += sample->counts(&row[i]);
    if (!count && !sample->always)
        return;
    text_add(&text, family->name);
    text_add(&text, "{program=\"");
    add_program(&text, row);
    text_add(&text, "\",state=\"");
    text_add(&text, listing_state_name(row->state));
    text_add_char(&text, '"');
    text_add(&text, sample->label);
    text_add(&text, "} ");
    text_add_number(&text, count);
    text_add_char(&text, '\n');
    write(context, text.at, text.used);
}

static void write_family(const struct family *family, const struct listing *listing, listing_write *write,
                         void *context)
{
    char line[LINE_SIZE];
    struct text text = text_in(line, sizeof line);
    text_add(&text, "# TYPE ");
    text_add(&text, family->name);
    text_add(&text, " gauge\n# HELP ");
    text_add(&text, family->name);
    text_add_char(&text, ' ');
    text_add(&text, family->help);
    text_add_char(&text, '\n');
    write(context, text.at, text.used);
    for (size_t first = 0, next; first < listing->count; first = next) {
        const struct listing_row *row = &listing->row[first];
        for (next = first + 1; next < listing->count && listing_compare(row, &listing->row[next]) == 0;)
            next++;
        for (const struct sample *sample = family->sample; sample->label; sample++)
            write_sample(family, sample, row, next - first, write, context);
    }
}

void listing_openmetrics(const struct listing *listing, listing_write *write, void *context)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        write_family(&families[i], listing, write, context);
    write(context, "# EOF\n", 6);
}
