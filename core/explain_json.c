#include "explain.h"
#include "explain_ways.h"
#include "json.h"
#include "middlebox.h"

static void add_number(struct text *text, const char *key, int64_t ms)
{
    json_key(text, key);
    json_seconds(text, ms);
    text_add_char(text, ',');
}

static void add_outlook(struct text *text, const struct outlook *outlook)
{
    add_number(text, "idle", outlook->idle);
    add_number(text, "interval", outlook->interval);
    json_key(text, "probes");
    text_add_number(text, outlook->probes);
    text_add_char(text, ',');
    json_key(text, "user_timeout_ms");
    text_add_number(text, outlook->user_timeout);
    text_add_char(text, ',');
    add_number(text, "dead_after", outlook->dead_after);
    json_key(text, "survives_over");
    json_seconds(text, outlook->survives_over);
}

static void add_settings(struct text *text, const struct policy *policy)
{
    json_key(text, "settings");
    text_add_char(text, '[');
    for (enum setting_id id = 0; id < SETTING_ENABLED; id++) {
        char name[SETTING_NAME_SIZE], buffer[200];
        struct text piece = text_in(buffer, sizeof buffer);
        setting_flag(id, name);
        text_add(text, id ? ",{" : "{");
        json_key(text, "name");
        json_string(text, span_of(name + 2));
        text_add_char(text, ',');
        json_key(text, "value");
        if (id < OPTION_COUNT)
            setting_write(&piece, id, policy->plain.value[id]);
        const char *given = policy->origin[id].text;
        json_string(text, span_of(id < OPTION_COUNT ? buffer : given ? given : "unset"));
        text_add_char(text, ',');
        json_key(text, "source");
        piece = text_in(buffer, sizeof buffer);
        explain_write_source(&piece, policy, id);
        json_string(text, span_of(buffer));
        text_add_char(text, '}');
    }
    text_add(text, "],");
}

static void add_rules(struct text *text, const struct policy *policy, const struct socket_values *system, bool by_ways)
{
    json_key(text, "rules");
    text_add_char(text, '[');
    for (int i = 0; i < policy->rule_count; i++) {
        char buffer[160];
        struct text piece = text_in(buffer, sizeof buffer);
        rule_write(&piece, &policy->rule[i]);
        text_add(text, i ? ",{" : "{");
        json_key(text, "rule");
        json_string(text, span_of(buffer));
        text_add(text, ",");
        json_key(text, "off");
        text_add(text, policy->rule[i].off ? "true" : "false,");
        struct outlook outlook = outlook_of(&policy->rule[i].profile, system);
        if (!policy->rule[i].off)
            add_outlook(text, &outlook);
        if (!policy->rule[i].off && by_ways) {
            text_add_char(text, ',');
            explain_add_ways(text, &policy->rule[i].profile, &outlook);
        }
        text_add_char(text, '}');
    }
    text_add(text, "],");
}

static void add_limits(struct text *text, const struct outlook *outlook)
{
    json_key(text, "idle_limits");
    text_add_char(text, '[');
    for (size_t i = 0; i < middlebox_count; i++) {
        text_add(text, i ? ",{" : "{");
        json_key(text, "name");
        json_string(text, span_of(middleboxes[i].name));
        text_add_char(text, ',');
        add_number(text, "idle_limit", middleboxes[i].idle_limit_ms);
        json_key(text, "survived");
        text_add(text, middleboxes[i].idle_limit_ms > outlook->survives_over ? "true}" : "false}");
    }
    text_add_char(text, ']');
}

void explain_write_json(struct text *text, const struct policy *policy, const struct socket_values *system,
                        const char *retransmits)
{
    text_add_char(text, '{');
    json_key(text, "enabled");
    text_add(text, policy->enabled ? "true," : "false}\n");
    if (!policy->enabled)
        return;
    struct outlook outlook = outlook_of(&policy->plain, system);
    add_outlook(text, &outlook);
    text_add_char(text, ',');
    if (retransmits) {
        explain_add_ways(text, &policy->plain, &outlook);
        text_add_char(text, ',');
    }
    add_settings(text, policy);
    add_rules(text, policy, system, retransmits);
    add_limits(text, &outlook);
    text_add(text, "}\n");
}
