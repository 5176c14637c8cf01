#include "listing.h"
#include "json.h"
#include "listing_cells.h"

enum { LEAST_HEADER = 4, OBJECT_SIZE = 1024 };

static const char red[] = "\033[31m", bold[] = "\033[1m", plain[] = "\033[0m";

static bool several_namespaces(const struct listing *listing)
{
    for (size_t i = 1; i < listing->count; i++)
        if (listing->row[i].netns != listing->row[0].netns)
            return true;
    return false;
}

/* Of a terminal, not of memory: a character of UTF-8 takes one. */
static size_t columns_of(struct span cell)
{
    size_t count = 0;
    for (size_t i = 0; i < cell.length; i++)
        count += ((uint8_t)cell.at[i] & 0xc0) != 0x80;
    return count;
}

static struct span cell_of(char buffer[CELL_SIZE], const struct listing_row *row, int column)
{
    struct text text = text_in(buffer, CELL_SIZE);
    if (row)
        cells[column].write(&text, row);
    else
        text_add(&text, cells[column].title);
    return (struct span){text.at, text.used};
}

static size_t line_width(const size_t width[CELL_COUNT])
{
    size_t total = 0;
    for (int i = 0; i < CELL_COUNT; i++)
        total += width[i] + (i && width[i] ? 1 : 0);
    return total;
}

/* Takes from the column that has most to give, until the line fits or none has any. */
static void shrink(size_t width[CELL_COUNT], const size_t floor[CELL_COUNT], size_t room)
{
    for (size_t over = line_width(width) > room ? line_width(width) - room : 0; over > 0; over--) {
        int widest = 0;
        for (int i = 1; i < CELL_COUNT; i++)
            if (width[i] - floor[i] > width[widest] - floor[widest])
                widest = i;
        if (width[widest] == floor[widest])
            return;
        width[widest]--;
    }
}

static size_t widest_content(const struct listing *listing, int column)
{
    char buffer[CELL_SIZE];
    size_t content = 0;
    for (size_t i = 0; i < listing->count; i++) {
        size_t length = columns_of(cell_of(buffer, &listing->row[i], column));
        content = length > content ? length : content;
    }
    return content;
}

/*
 * First the titles give way to what stands below them, then long names and addresses. A column of width 0 is not shown.
 */
static void measure(const struct listing *listing, size_t room, size_t width[CELL_COUNT])
{
    size_t floor[CELL_COUNT];
    bool netns = several_namespaces(listing);
    for (int i = 0; i < CELL_COUNT; i++) {
        size_t title = span_of(cells[i].title).length;
        bool shown = title && (i != CELL_NETNS || netns);
        size_t content = shown ? widest_content(listing, i) : 0;
        title = shown ? title : 0;
        width[i] = content > title ? content : title;
        floor[i] = content > LEAST_HEADER || title < LEAST_HEADER ? content : LEAST_HEADER;
        floor[i] = floor[i] > width[i] || !listing->count ? width[i] : floor[i];
    }
    if (!room)
        return;
    shrink(width, floor, room);
    for (int i = 0; i < CELL_COUNT; i++) {
        size_t least = cells[i].least ? cells[i].least : floor[i];
        floor[i] = least < floor[i] ? least : floor[i];
        floor[i] = floor[i] < width[i] ? floor[i] : width[i];
    }
    shrink(width, floor, room);
}

/* So many columns of it, from the front or from the end. */
static struct span cut(struct span cell, size_t width, bool keep_end)
{
    while (columns_of(cell) > width) {
        size_t gone = keep_end ? span_character(cell) : 1;
        gone += !gone;
        cell.length -= gone;
        cell.at += keep_end ? gone : 0;
    }
    return cell;
}

static void add_cell(struct text *text, struct span cell, size_t width, bool keep_end)
{
    size_t columns = columns_of(cell);
    if (columns <= width) {
        text_add_span(text, cell);
        text_pad(text, text->used - columns, width);
        return;
    }
    text_add(text, keep_end ? "~" : "");
    text_add_span(text, cut(cell, width - 1, keep_end));
    text_add(text, keep_end ? "" : "~");
}

static void write_line(const struct listing_row *row, const size_t width[CELL_COUNT], const char *colour,
                       listing_write *write, void *context)
{
    char line[CELL_COUNT * (CELL_SIZE + 1) + sizeof red + sizeof plain], buffer[CELL_SIZE];
    struct text text = text_in(line, sizeof line);
    text_add(&text, colour ? colour : "");
    for (int i = 0; i < CELL_COUNT; i++) {
        if (!width[i])
            continue;
        add_cell(&text, cell_of(buffer, row, i), width[i], cells[i].keep_end);
        text_add_char(&text, ' ');
    }
    while (text.used > 0 && line[text.used - 1] == ' ')
        text.used--;
    text_add(&text, colour ? plain : "");
    text_add_char(&text, '\n');
    write(context, text.at, text.used);
}

void listing_table(const struct listing *listing, const struct listing_style *style, listing_write *write,
                   void *context)
{
    size_t width[CELL_COUNT], shown = listing->count;
    measure(listing, style->columns, width);
    if (style->lines && shown + 2 > style->lines)
        shown = style->lines > 3 ? style->lines - 3 : 0;
    write_line(NULL, width, style->colour ? bold : NULL, write, context);
    for (size_t i = 0; i < shown; i++) {
        const struct listing_row *row = &listing->row[i];
        bool bare = row->told != LISTING_NOTHING_TOLD && !row->values.keepalive;
        write_line(row, width, style->colour && bare ? red : NULL, write, context);
    }
    if (shown == listing->count)
        return;
    char line[64];
    struct text text = text_in(line, sizeof line);
    text_add(&text, "... and ");
    text_add_number(&text, (int64_t)(listing->count - shown));
    text_add(&text, " more\n");
    write(context, text.at, text.used);
}

void listing_json(const struct listing *listing, listing_write *write, void *context)
{
    char object[OBJECT_SIZE];
    for (size_t i = 0; i < listing->count; i++) {
        struct text text = text_in(object, sizeof object);
        text_add(&text, i ? ",\n " : "[");
        for (int c = 0; c < CELL_COUNT; c++) {
            text_add_char(&text, c ? ',' : '{');
            json_key(&text, cells[c].key);
            cells[c].write_json(&text, &listing->row[i]);
        }
        text_add_char(&text, '}');
        write(context, text.at, text.used);
    }
    write(context, listing->count ? "]\n" : "[]\n", listing->count ? 2 : 3);
}
