#include "policy.h"
#include "alias.h"

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

void policy_complain(const struct policy *policy, const struct policy_source *source, enum setting_id id,
                     const char *object, const char *why)
{
    char what[SETTING_NAME_SIZE], line[640];
    struct text name = text_in(what, sizeof what), text = text_in(line, sizeof line);
    policy_write_origin(&name, policy, id);
    text_complain(&text, what, object, why);
    source->complain(source->context, line);
}

void policy_add_promise_source(struct text *why, const struct policy *policy, enum setting_id promise)
{
    text_add(why, promise == SETTING_SURVIVE ? "; survive comes from " : "; detect comes from ");
    policy_write_origin(why, policy, promise);
}

bool policy_detects_in_flight(const struct policy *policy)
{
    bool detects = policy->enabled && profile_detects_in_flight(&policy->plain);
    for (int i = 0; policy->enabled && i < policy->rule_count && !detects; i++)
        detects = !policy->rule[i].off && profile_detects_in_flight(&policy->rule[i].profile);
    return detects;
}

bool policy_looks_again(const struct policy *policy)
{
    return policy->enabled && (policy->log >= LEVEL_INFO || policy_detects_in_flight(policy));
}

void policy_give_room(struct policy *policy, struct policy_room *room)
{
    policy->rule = room->rule;
    policy->index = &room->index;
    rule_index_build(policy->index, policy->rule, 0);
}
