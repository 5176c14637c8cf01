#include "explain_ways.h"
#include "duration.h"
#include "json.h"

enum { IDLE_COLUMN = 16, IN_FLIGHT_COLUMN = 8 };

const struct explain_way explain_ways[EXPLAIN_WAYS] = {
    {"preload", false, false, ""}, {"supervise", true, true, ""},      {"both", true, true, ""},
    {"attach", false, false, ""},  {"attach --watch", true, true, ""}, {"cgroup", true, false, " (Linux 5.10)"},
};

void explain_write_retransmits(struct text *text, const char *retransmits)
{
    text_add(text, "the system's retransmissions decide");
    text_add(text, retransmits ? ", " : "");
    text_add(text, retransmits ? retransmits : "");
    text_add(text, " (user-timeout bounds it)");
}

static void write_behind_window(struct text *text, int32_t detect, const char *margin)
{
    bool more = false;
    text_add(text, margin);
    text_add(text, "A live peer whose window stays closed is left in peace. For one that dies behind it, ");
    for (size_t i = 0; i < EXPLAIN_WAYS; i++) {
        if (!explain_ways[i].behind_window)
            continue;
        text_add(text, more ? ", " : "");
        text_add(text, explain_ways[i].name);
        more = true;
    }
    text_add(text, " need\n");
    text_add(text, margin);
    duration_write(text, detect);
    text_add(text, " and the kernel's next probe of the window, the third unanswered at least; with the others, its "
                   "retransmissions decide.\n");
}

void explain_write_ways(struct text *text, const struct profile *profile, const struct outlook *outlook,
                        const char *retransmits, const char *margin)
{
    const char *said[2] = {NULL, NULL};
    text_add(text, margin);
    text_add(text, "  method          idle    data in flight\n");
    for (size_t i = 0; i < EXPLAIN_WAYS; i++) {
        const struct explain_way *way = &explain_ways[i];
        text_add(text, margin);
        text_add(text, "  ");
        size_t column = text->used;
        text_add(text, way->name);
        text_pad(text, column, IDLE_COLUMN);
        column = text->used;
        duration_write(text, outlook->dead_after);
        text_add_char(text, ' ');
        text_pad(text, column, IN_FLIGHT_COLUMN);
        text_add(text, said[way->in_flight] ? "as " : "");
        if (said[way->in_flight]) {
            text_add(text, said[way->in_flight]);
        } else if (way->in_flight) {
            duration_write(text, profile->detect);
            text_add(text, ", and at most a second and the kernel's next retransmission more");
        } else {
            explain_write_retransmits(text, retransmits);
        }
        said[way->in_flight] = said[way->in_flight] ? said[way->in_flight] : way->name;
        text_add(text, way->needs);
        text_add_char(text, '\n');
    }
    write_behind_window(text, profile->detect, margin);
}

void explain_add_ways(struct text *text, const struct profile *profile, const struct outlook *outlook)
{
    json_key(text, "in_flight");
    for (size_t i = 0; i < EXPLAIN_WAYS; i++) {
        int32_t detect = explain_ways[i].in_flight ? profile->detect : VALUE_UNSET;
        int32_t bound = outlook->user_timeout > 0 ? outlook->user_timeout : detect;
        text_add_char(text, i ? ',' : '{');
        json_key(text, explain_ways[i].name);
        if (bound == VALUE_UNSET)
            text_add(text, "null");
        else
            json_seconds(text, bound);
    }
    text_add_char(text, '}');
}
