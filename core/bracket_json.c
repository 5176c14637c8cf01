#include "bracket_print.h"
#include "duration.h"
#include "json.h"

static const char *const words[TRIAL_OUTCOMES] = {
    [TRIAL_WAITS] = "waiting", [TRIAL_HELD] = "held",       [TRIAL_DROPPED] = "dropped",  [TRIAL_RESET] = "reset",
    [TRIAL_CLOSED] = "closed", [TRIAL_REFUSED] = "refused", [TRIAL_NEEDLESS] = "waiting", [TRIAL_TALKED] = "talked",
};

static void add_seconds(struct text *text, const char *key, int64_t ms)
{
    text_add_char(text, ',');
    json_key(text, key);
    if (ms == BRACKET_NONE)
        text_add(text, "null");
    else
        json_seconds(text, ms);
}

static void add_connections(struct text *text, const struct bracket_report *report)
{
    const char *between = "";
    for (int32_t at = bracket_next_silence(report, -1); at != INT32_MAX; at = bracket_next_silence(report, at))
        for (size_t i = 0; i < report->count; i++) {
            const struct trial *trial = &report->trials[i];
            if (trial->silence != at || trial->kept)
                continue;
            text_add(text, between);
            text_add(text, "{\"silence_s\":");
            json_seconds(text, trial->silence);
            text_add(text, ",\"outcome\":\"");
            text_add(text, words[trial->outcome]);
            text_add(text, "\"}");
            between = ",";
        }
}

void bracket_write_json(struct text *text, const struct bracket_report *report)
{
    const struct bracket *bracket = report->bracket;
    int32_t survive = bracket_survive(bracket);
    text_add(text, "{\"peer\":");
    json_string(text, span_of(*report->address ? report->address : report->peer));
    text_add(text, report->in ? ",\"direction\":\"in\"" : ",\"direction\":\"out\"");
    add_seconds(text, "remembers_s", bracket->remembers);
    add_seconds(text, "forgets_s", bracket->forgets);
    text_add(text, ",\"cause\":\"");
    text_add(text, bracket->forgets == BRACKET_NONE ? "none" : words[bracket->cause]);
    text_add(text, "\",\"probes_help\":");
    text_add(text, bracket->probes_help == ANSWER_YES ? "true" : bracket->probes_help == ANSWER_NO ? "false" : "null");
    text_add(text, ",\"survive\":");
    if (survive == BRACKET_NONE)
        text_add(text, "null");
    else {
        text_add(text, "\"");
        duration_write(text, survive);
        text_add(text, "\"");
    }
    text_add(text, ",\"connections\":[");
    add_connections(text, report);
    text_add(text, "]}\n");
}
