#include "policy.h"
#include "alias.h"
#include "filter.h"

struct reading {
    struct policy *policy;
    const struct policy_source *source;
    struct wishes wishes;
    unsigned complaints;
};

void policy_write_origin(struct text *text, const struct policy *policy, enum setting_id id)
{
    const struct origin *origin = &policy->origin[id];
    char name[SETTING_NAME_SIZE];
    if (origin->kind == ORIGIN_FLAG)
        setting_flag(id, name);
    else
        setting_variable(id, name);
    text_add(text, origin->kind == ORIGIN_DEFAULT ? "default" : origin->alias ? origin->alias->variable : name);
}

static void complain(struct reading *reading, enum setting_id id, const char *object, const char *why)
{
    char what[SETTING_NAME_SIZE], line[640];
    struct text name = text_in(what, sizeof what), text = text_in(line, sizeof line);
    policy_write_origin(&name, reading->policy, id);
    text_complain(&text, what, object, why);
    reading->complaints++;
    reading->source->complain(reading->source->context, line);
}

static const char *variable(const struct reading *reading, const char *name)
{
    const char *text = reading->source->variable(reading->source->context, name);
    return text && *text ? text : NULL;
}

static struct origin default_of(enum setting_id id)
{
    const char *fallback = settings[id].fallback;
    return (struct origin){ORIGIN_DEFAULT, NULL, *fallback ? fallback : NULL};
}

/*
 * An entry of the environment's: of a setting's own name the first counts, of other libraries' what stands first
 * in their table.
 */
static void take_entry(struct policy *policy, const char *entry)
{
    struct span name = {entry, 0};
    while (name.at[name.length] && name.at[name.length] != '=')
        name.length++;
    const char *text = entry + name.length + (entry[name.length] == '=');
    enum setting_id id = setting_by_variable(name);
    if (!*text)
        return;
    if (id != SETTING_COUNT && policy->origin[id].kind != ORIGIN_VARIABLE)
        policy->origin[id] = (struct origin){ORIGIN_VARIABLE, NULL, text};
    for (size_t i = 0; id == SETTING_COUNT && i < alias_count; i++) {
        if (aliases[i].variable[0] != *entry)
            continue;
        struct origin *origin = &policy->origin[aliases[i].setting];
        bool better = origin->kind == ORIGIN_DEFAULT || (origin->kind == ORIGIN_ALIAS && origin->alias > &aliases[i]);
        if (better && span_equals(name, aliases[i].variable))
            *origin = (struct origin){ORIGIN_ALIAS, &aliases[i], text};
    }
}

static void take_entries(struct policy *policy, char *const *entries)
{
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        policy->origin[id] = default_of(id);
    for (; *entries; entries++)
        take_entry(policy, *entries);
}

/* Flag, variable, another library's variable, default: the first that is there. */
static struct origin find_origin(const struct reading *reading, enum setting_id id)
{
    char name[SETTING_NAME_SIZE];
    if (reading->source->entries)
        return reading->policy->origin[id];
    setting_variable(id, name);
    if (reading->source->flag && reading->source->flag[id])
        return (struct origin){ORIGIN_FLAG, NULL, reading->source->flag[id]};
    const char *text = variable(reading, name);
    if (text)
        return (struct origin){ORIGIN_VARIABLE, NULL, text};
    for (size_t i = 0; i < alias_count; i++)
        if (aliases[i].setting == id && (text = variable(reading, aliases[i].variable)))
            return (struct origin){ORIGIN_ALIAS, &aliases[i], text};
    return default_of(id);
}

static void take_default(struct reading *reading, enum setting_id id)
{
    struct text nothing = text_in((char[1]){0}, 1);
    const char *fallback = settings[id].fallback;
    reading->policy->origin[id] = default_of(id);
    reading->wishes.value[id] = VALUE_UNSET;
    if (*fallback && settings[id].kind != KIND_TEXT)
        setting_parse(id, span_of(fallback), &reading->wishes.value[id], &nothing);
}

static bool parse(const struct origin *origin, enum setting_id id, int32_t *value, struct text *why)
{
    struct span span = span_of(origin->text);
    if (origin->alias)
        return alias_parse(origin->alias, span, value, why);
    if (id == SETTING_PROGRAMS)
        return filter_check(span, why);
    if (id == SETTING_LOG_FILE && span.length > POLICY_LOG_FILE_MAX) {
        text_add(why, "a path has at most 1023 bytes");
        return false;
    }
    return settings[id].kind == KIND_TEXT || setting_parse(id, span, value, why);
}

static void read_setting(struct reading *reading, enum setting_id id)
{
    struct origin *origin = &reading->policy->origin[id];
    char buffer[160];
    struct text why = text_in(buffer, sizeof buffer);
    *origin = find_origin(reading, id);
    if (origin->kind != ORIGIN_DEFAULT && parse(origin, id, &reading->wishes.value[id], &why))
        return;
    if (origin->kind != ORIGIN_DEFAULT)
        complain(reading, id, origin->text, buffer);
    take_default(reading, id);
}

/*
 * Who reads that a number breaks a promise looks for the promise beside it: a variable may have been set long before.
 */
static void add_promise_source(const struct reading *reading, enum setting_id promise, struct text *why)
{
    text_add(why, promise == SETTING_SURVIVE ? "; survive comes from " : "; detect comes from ");
    policy_write_origin(why, reading->policy, promise);
}

/* An explicit number that breaks a promise, or a promise that cannot be kept, is dropped until the rest holds. */
static void resolve_plain(struct reading *reading)
{
    struct policy *policy = reading->policy;
    struct profile base = {.detect = VALUE_UNSET};
    struct wishes *wishes = &reading->wishes;
    for (enum setting_id id = 0; id < OPTION_COUNT; id++) {
        base.value[id] = wishes->value[id];
        if (policy->origin[id].kind == ORIGIN_DEFAULT)
            wishes->value[id] = VALUE_UNSET;
    }
    while (true) {
        char buffer[160];
        struct text why = text_in(buffer, sizeof buffer);
        enum setting_id wrong = profile_resolve(wishes, &base, reading->source->grain, &policy->plain, &why);
        if (wrong == SETTING_COUNT)
            break;
        enum setting_id broken = wrong < OPTION_COUNT ? profile_breach(&policy->plain, wishes) : SETTING_COUNT;
        if (broken != SETTING_COUNT && policy->origin[broken].kind != policy->origin[wrong].kind)
            add_promise_source(reading, broken, &why);
        complain(reading, wrong, policy->origin[wrong].text, buffer);
        take_default(reading, wrong);
        if (wrong < OPTION_COUNT)
            base.value[wrong] = wishes->value[wrong];
        wishes->value[wrong] = VALUE_UNSET;
    }
    policy->asked.survive = wishes->value[SETTING_SURVIVE];
    policy->asked.detect = wishes->value[SETTING_DETECT];
}

/*
 * A rule's wishes replace the plain ones, name by name; what it leaves open comes from the plain settings. A rule that
 * makes a promise replaces the three numbers as well, or a plain IDLE would break it.
 */
static bool resolve_rule(const struct reading *reading, struct rule *rule, struct wishes *wishes, struct text *why)
{
    const struct wishes own = *wishes;
    bool promises = own.value[SETTING_SURVIVE] != VALUE_UNSET || own.value[SETTING_DETECT] != VALUE_UNSET;
    for (enum setting_id id = SETTING_SURVIVE; promises && id <= SETTING_DETECT; id++)
        if (wishes->value[id] == VALUE_UNSET)
            wishes->value[id] = reading->wishes.value[id];
    if (wishes->value[SETTING_USER_TIMEOUT] == VALUE_UNSET)
        wishes->value[SETTING_USER_TIMEOUT] = reading->wishes.value[SETTING_USER_TIMEOUT];
    char buffer[160], name[SETTING_NAME_SIZE];
    struct text breach = text_in(buffer, sizeof buffer);
    enum setting_id wrong =
        profile_resolve(wishes, &reading->policy->plain, reading->source->grain, &rule->profile, &breach);
    if (wrong == SETTING_COUNT)
        return true;
    enum setting_id broken = wrong < OPTION_COUNT ? profile_breach(&rule->profile, wishes) : SETTING_COUNT;
    setting_flag(wrong, name);
    text_add_quoted(why, span_of(name + 2));
    text_add_char(why, ' ');
    text_add(why, buffer);
    if (broken != SETTING_COUNT && own.value[broken] == VALUE_UNSET)
        add_promise_source(reading, broken, why);
    return false;
}

static void read_rule(struct reading *reading, struct span span)
{
    struct policy *policy = reading->policy;
    char buffer[360], object[240];
    struct text why = text_in(buffer, sizeof buffer);
    struct wishes wishes;
    struct rule *rule = &policy->rule[policy->rule_count];
    bool room = policy->rule_count < POLICY_RULES_MAX;
    if (!room || !rule_parse(span, rule, &wishes, &why) ||
        (!rule->off && !resolve_rule(reading, rule, &wishes, &why))) {
        struct text quoted = text_in(object, sizeof object);
        text_add_span(&quoted, span);
        complain(reading, SETTING_RULES, object, room ? buffer : "there are 1024 rules already");
        return;
    }
    policy->rules_on_accept = policy->rules_on_accept || rule->direction != DIRECTION_CONNECT;
    policy->rule_count++;
}

/* Separated by semicolons or line ends; from # on a line is a comment. */
static void read_rules(struct reading *reading)
{
    const char *text = reading->policy->origin[SETTING_RULES].text;
    struct span rest = span_of(text ? text : "");
    if (span_starts(rest, "@")) {
        complain(reading, SETTING_RULES, text, "a file of rules is read by tcpalive's commands, not by the library");
        return;
    }
    while (rest.length) {
        struct span line = span_cut(&rest, '\n'), rules = span_cut(&line, '#');
        while (rules.length) {
            struct span span = span_cut(&rules, ';');
            if (span.length)
                read_rule(reading, span);
        }
    }
}

static bool detects_in_flight(const struct profile *profile)
{
    return profile->detect != VALUE_UNSET && value_leaves_alone(profile->value[SETTING_USER_TIMEOUT]);
}

bool policy_detects_in_flight(const struct policy *policy)
{
    bool detects = policy->enabled && detects_in_flight(&policy->plain);
    for (int i = 0; policy->enabled && i < policy->rule_count && !detects; i++)
        detects = !policy->rule[i].off && detects_in_flight(&policy->rule[i].profile);
    return detects;
}

bool policy_looks_again(const struct policy *policy)
{
    return policy->enabled && (policy->log >= LEVEL_INFO || policy_detects_in_flight(policy));
}

/* Read first and without complaints: where they would go is not known yet. */
static bool is_switched_off(struct reading *reading)
{
    struct origin *origin = &reading->policy->origin[SETTING_ENABLED];
    struct text nothing = text_in((char[1]){0}, 1);
    int32_t enabled = true;
    *origin = find_origin(reading, SETTING_ENABLED);
    return parse(origin, SETTING_ENABLED, &enabled, &nothing) && !enabled;
}

unsigned policy_read(struct policy *policy, const struct policy_source *source)
{
    struct reading reading = {policy, source, wishes_none(), 0};
    const int32_t *value = reading.wishes.value;
    policy->rule_count = 0;
    policy->rules_on_accept = false;
    policy->log = LEVEL_WARN;
    policy->log_file = settings[SETTING_LOG_FILE].fallback;
    if (source->entries)
        take_entries(policy, source->entries);
    policy->enabled = !is_switched_off(&reading);
    if (!policy->enabled)
        return 0;
    read_setting(&reading, SETTING_LOG_FILE);
    policy->log_file = policy->origin[SETTING_LOG_FILE].text;
    read_setting(&reading, SETTING_LOG);
    policy->log = (enum level)value[SETTING_LOG];
    read_setting(&reading, SETTING_ENABLED);
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        if (id != SETTING_LOG && id != SETTING_LOG_FILE && id != SETTING_ENABLED)
            read_setting(&reading, id);
    policy->mode = (enum mode)value[SETTING_MODE];
    policy->follow = (enum follow)value[SETTING_FOLLOW];
    policy->programs = policy->origin[SETTING_PROGRAMS].text;
    resolve_plain(&reading);
    read_rules(&reading);
    rule_index_build(&policy->index, policy->rule, policy->rule_count);
    return reading.complaints;
}
