#include "policy_rules.h"
#include <stdatomic.h>

struct reading {
    const struct policy *policy;
    const struct policy_source *source; /* NULL: another thread complains */
    struct rule *next;
    unsigned complaints;
    bool on_accept;
};

/*
 * A rule's wishes replace the plain ones, name by name; what it leaves open comes from the plain settings. A rule that
 * makes a promise replaces the three numbers as well, or a plain IDLE would break it.
 */
static bool resolve(const struct reading *reading, struct rule *rule, struct wishes *wishes, struct text *why)
{
    const struct policy *policy = reading->policy;
    const int32_t survive = wishes->value[SETTING_SURVIVE], detect = wishes->value[SETTING_DETECT];
    char buffer[160], name[SETTING_NAME_SIZE];
    struct text breach = text_in(buffer, sizeof buffer);
    if (survive != VALUE_UNSET || detect != VALUE_UNSET) {
        wishes->value[SETTING_SURVIVE] = survive != VALUE_UNSET ? survive : policy->asked.survive;
        wishes->value[SETTING_DETECT] = detect != VALUE_UNSET ? detect : policy->asked.detect;
    }
    if (wishes->value[SETTING_USER_TIMEOUT] == VALUE_UNSET)
        wishes->value[SETTING_USER_TIMEOUT] = policy->asked.user_timeout;
    enum setting_id wrong = profile_resolve(wishes, &policy->plain, policy->grain, &rule->profile, &breach);
    if (wrong == SETTING_COUNT)
        return true;
    enum setting_id broken = wrong < OPTION_COUNT ? profile_breach(&rule->profile, wishes) : SETTING_COUNT;
    setting_flag(wrong, name);
    text_add_quoted(why, span_of(name + 2));
    text_add_char(why, ' ');
    text_add(why, buffer);
    if ((broken == SETTING_SURVIVE && survive == VALUE_UNSET) || (broken == SETTING_DETECT && detect == VALUE_UNSET))
        policy_add_promise_source(why, policy, broken);
    return false;
}

static void read_rule(struct reading *reading, struct span span)
{
    char buffer[360], object[240];
    struct text why = text_in(buffer, sizeof buffer), quoted = text_in(object, sizeof object);
    struct wishes wishes;
    struct rule rule;
    bool room = reading->next < reading->policy->rule + POLICY_RULES_MAX;
    if (room && rule_parse(span, &rule, &wishes, &why) && (rule.off || resolve(reading, &rule, &wishes, &why))) {
        reading->on_accept = reading->on_accept || rule.direction != DIRECTION_CONNECT;
        *reading->next++ = rule;
        return;
    }
    text_add_span(&quoted, span);
    reading->complaints++;
    if (reading->source)
        policy_complain(reading->policy, reading->source, SETTING_RULES, object,
                        room ? buffer : "there are 1024 rules already");
}

/*
 * Separated by semicolons or line ends; from # on a line is a comment. Leaves in `text` what stands behind the first.
 */
static struct span cut_rule(const char **text)
{
    const char *begin = *text, *end = begin;
    while (*end && *end != ';' && *end != '\n' && *end != '#')
        end++;
    const char *next = end;
    while (*end == '#' && *next && *next != '\n')
        next++;
    *text = next + (*next != '\0');
    return span_trim((struct span){begin, (size_t)(end - begin)});
}

bool policy_rules_are_given(const char *text)
{
    while (text && *text)
        if (cut_rule(&text).length)
            return true;
    return false;
}

unsigned policy_rules_read(struct policy *policy, const struct policy_source *source)
{
    if (policy->rules_are_read)
        return 0;
    bool first = !atomic_exchange(&policy->rules_are_claimed, true);
    struct reading reading = {policy, first ? source : NULL, policy->rule, 0, false};
    const char *text = policy->rules;
    if (text && *text == '@') {
        text = NULL;
        reading.complaints++;
        if (first)
            policy_complain(policy, source, SETTING_RULES, policy->rules, "this library reads no files of rules");
    }
    while (text && *text) {
        struct span span = cut_rule(&text);
        if (span.length)
            read_rule(&reading, span);
    }
    policy->rule_count = (uint16_t)(reading.next - policy->rule);
    policy->rules_on_accept = reading.on_accept;
    policy->rules_are_read = true;
    if (first)
        rule_index_build(policy->index, policy->rule, policy->rule_count);
    return reading.complaints;
}
