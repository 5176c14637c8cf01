#include "rule.h"
#include "nearest.h"

static const char directions[][8] = {"connect", "accept", "any"};

static bool refuse(struct text *why, const char *what, struct span object, const char *rest)
{
    text_add(why, what);
    text_add_quoted(why, object);
    text_add(why, rest);
    return false;
}

static bool parse_direction(struct span word, uint8_t *direction, struct text *why)
{
    for (*direction = 0; *direction <= DIRECTION_ANY; ++*direction)
        if (span_equals(word, directions[*direction]))
            return true;
    refuse(why, "direction ", word, " must be connect, accept or any");
    struct nearest nearest = nearest_to(word);
    for (size_t i = 0; i <= DIRECTION_ANY; i++)
        nearest_offer(&nearest, directions[i]);
    nearest_add(why, &nearest, "");
    return false;
}

static bool refuse_name(struct text *why, struct span name)
{
    char flag[SETTING_NAME_SIZE];
    struct nearest nearest = nearest_to(name);
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        if (setting_in_rule(id)) {
            setting_flag(id, flag);
            nearest_offer(&nearest, flag + 2);
        }
    refuse(why, "", name, " cannot be set by a rule");
    nearest_add(why, &nearest, "");
    return false;
}

static bool parse_wish(struct span word, struct wishes *wishes, struct text *why)
{
    struct span value = word, name = span_cut(&value, '=');
    enum setting_id id = setting_by_flag(name);
    char buffer[128];
    struct text inner = text_in(buffer, sizeof buffer);
    if (name.length == word.length)
        return refuse(why, "", word, " is neither 'off' nor name=value");
    if (id == SETTING_COUNT || !setting_in_rule(id))
        return refuse_name(why, name);
    if (wishes->value[id] != VALUE_UNSET)
        return refuse(why, "", name, " is given twice");
    if (setting_parse(id, value, &wishes->value[id], &inner))
        return true;
    refuse(why, "", word, " ");
    text_add(why, buffer);
    return false;
}

bool rule_parse(struct span span, struct rule *rule, struct wishes *wishes, struct text *why)
{
    *rule = (struct rule){.direction = DIRECTION_ANY};
    *wishes = wishes_none();
    if (!parse_direction(span_word(&span), &rule->direction, why))
        return false;
    if (!endpoint_parse(span_word(&span), &rule->endpoint, why))
        return false;
    struct span word = span_word(&span);
    rule->off = span_equals(word, "off");
    if (rule->off)
        return !span_trim(span).length || refuse(why, "", span_trim(span), " behind 'off'");
    if (!word.length) {
        text_add(why, "says nothing: 'off' or name=value must follow");
        return false;
    }
    for (; word.length; word = span_word(&span))
        if (!parse_wish(word, wishes, why))
            return false;
    return true;
}

bool rule_speaks(const struct rule *rule, enum direction direction, uint16_t port)
{
    return (rule->direction == DIRECTION_ANY || rule->direction == direction) &&
           endpoint_has_port(&rule->endpoint, port);
}

void rule_write(struct text *text, const struct rule *rule)
{
    text_add(text, directions[rule->direction]);
    text_add_char(text, ' ');
    endpoint_write(text, &rule->endpoint);
}
