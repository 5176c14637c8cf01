#include "outcome.h"

static const char *const words[] = {[ATTACHMENT_SET] = "set",
                                    [ATTACHMENT_TRY] = "would be set",
                                    [ATTACHMENT_UNDO] = "undone",
                                    [ATTACHMENT_TRY_UNDO] = "would be undone"};

static void write_values(struct text *text, const struct listing_row *row)
{
    static const struct {
        enum setting_id id;
        const char *name;
    } shown[] = {{SETTING_IDLE, " idle "}, {SETTING_INTERVAL, " interval "}, {SETTING_PROBES, " probes "}};
    if (row->told == LISTING_KEEPALIVE_TOLD)
        text_add(text, " keepalive");
    for (size_t i = 0; row->told == LISTING_ALL_TOLD && i < sizeof shown / sizeof *shown; i++) {
        text_add(text, shown[i].name);
        setting_write(text, shown[i].id, row->values.value[shown[i].id]);
    }
}

/* By what was asked for; nothing is said of what was to be set and is. */
static void write_outcome(struct text *text, enum attachment_act act, enum cover_outcome outcome)
{
    const char *word = outcome == COVER_LEFT                           ? "left alone"
                       : outcome == COVER_REFUSED                      ? "refused"
                       : outcome == COVER_SET && act != ATTACHMENT_SET ? words[act]
                                                                       : NULL;
    if (!word)
        return;
    text_add(text, " (");
    text_add(text, word);
    text_add_char(text, ')');
}

void outcome_write_socket(struct text *text, const struct listing_row *row, enum attachment_act act,
                          enum cover_outcome outcome)
{
    text_add_number(text, row->pid);
    text_add_char(text, ' ');
    text_add_foreign(text, span_of(row->program));
    text_add(text, " fd ");
    text_add_number(text, row->number);
    text_add_char(text, ' ');
    listing_write_end(text, &row->local);
    text_add_char(text, ' ');
    listing_write_end(text, &row->peer);
    text_add_char(text, ' ');
    text_add(text, listing_state_name(row->state));
    text_add_char(text, ':');
    if (row->values.keepalive)
        write_values(text, row);
    else
        text_add(text, " no keepalive");
    write_outcome(text, act, outcome);
    text_add_char(text, '\n');
}

void outcome_write_sum(struct text *text, enum attachment_act act, unsigned long set, unsigned long left,
                       unsigned long refused)
{
    text_add_number(text, (int64_t)set);
    text_add_char(text, ' ');
    text_add(text, words[act]);
    text_add(text, ", ");
    text_add_number(text, (int64_t)left);
    text_add(text, " left alone, ");
    text_add_number(text, (int64_t)refused);
    text_add(text, " refused\n");
}
