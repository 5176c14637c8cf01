#include "policy_read.h"
#include "alias.h"
#include "filter.h"
#include "policy_rules.h"

struct reading {
    struct policy *policy;
    const struct policy_source *source;
    struct wishes wishes;
    unsigned complaints;
};

static void complain(struct reading *reading, enum setting_id id, const char *object, const char *why)
{
    policy_complain(reading->policy, reading->source, id, object, why);
    reading->complaints++;
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
    if (id == SETTING_RULES)
        return true; /* long, and read at the end */
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
            policy_add_promise_source(&why, policy, broken);
        complain(reading, wrong, policy->origin[wrong].text, buffer);
        take_default(reading, wrong);
        if (wrong < OPTION_COUNT)
            base.value[wrong] = wishes->value[wrong];
        wishes->value[wrong] = VALUE_UNSET;
    }
    policy->asked.survive = wishes->value[SETTING_SURVIVE];
    policy->asked.detect = wishes->value[SETTING_DETECT];
    policy->asked.user_timeout = wishes->value[SETTING_USER_TIMEOUT];
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
    policy->grain = source->grain;
    policy->rule_count = 0;
    policy->under_rules = policy->rules_on_accept = false;
    policy->rules_are_claimed = false;
    policy->rules_are_read = false;
    if (source->room)
        policy_give_room(policy, source->room);
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
    policy->rules = policy->origin[SETTING_RULES].text;
    resolve_plain(&reading);
    if (source->rules_later)
        return reading.complaints;
    reading.complaints += policy_rules_read(policy, source);
    policy->under_rules = policy->rule_count;
    return reading.complaints;
}
