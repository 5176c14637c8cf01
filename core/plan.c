#include "plan.h"

static bool has_bit(const struct plan *plan, enum setting_id id)
{
    return plan->set & 1u << id;
}

/* Options that mean something to every socket; the rest only to listeners (tcp(7): TCP_DEFER_ACCEPT). */
static bool belongs(enum setting_id id, enum role role)
{
    return id != SETTING_DEFER_ACCEPT || role == ROLE_LISTEN;
}

static void fill(struct plan *plan, const struct target *target, const struct facts *facts, bool already)
{
    plan->covered = true;
    plan->keepalive = !already;
    for (enum setting_id id = 0; id < OPTION_COUNT; id++) {
        plan->value[id] = target->value[id];
        bool done = already && belongs(id, ROLE_MADE);
        if (belongs(id, facts->role) && !done && !value_leaves_alone(target->value[id]))
            plan->set |= (uint16_t)(1u << id);
    }
}

/* The first rule that decides; -1 for none. `undecided` when that depends on a peer that is not known yet. */
static int find_rule(const struct policy *policy, const struct facts *facts, enum direction direction, bool *undecided)
{
    bool peer_known = facts->role == ROLE_CONNECT || facts->role == ROLE_ACCEPT;
    *undecided = false;
    for (int i = 0; i < policy->rule_count; i++) {
        const struct rule *rule = &policy->rule[i];
        if (!rule_speaks(rule, direction, facts->port))
            continue;
        *undecided = !peer_known && rule->endpoint.family;
        if (*undecided || endpoint_has_peer(&rule->endpoint, &facts->peer))
            return i;
    }
    return PLAN_NO_RULE;
}

/* With rules, an accepted connection needs nothing more when its listener alone could be decided. */
static bool listener_decided(const struct policy *policy, const struct facts *facts)
{
    struct facts listener = {.role = ROLE_LISTEN, .port = facts->port};
    bool undecided;
    find_rule(policy, &listener, DIRECTION_ACCEPT, &undecided);
    return !undecided;
}

void plan_make(const struct policy *policy, const struct facts *facts, struct plan *plan)
{
    enum direction direction = facts->role == ROLE_CONNECT ? DIRECTION_CONNECT : DIRECTION_ACCEPT;
    *plan = (struct plan){.rule = PLAN_NO_RULE};
    if (!policy->enabled)
        return;
    if (!policy->rule_count) {
        fill(plan, &policy->plain, facts, facts->prepared && facts->role != ROLE_MADE);
        return;
    }
    if (facts->role == ROLE_MADE) {
        plan->waiting = true;
        return;
    }
    plan->rule = (int16_t)find_rule(policy, facts, direction, &plan->waiting);
    if (plan->waiting || (plan->rule >= 0 && policy->rule[plan->rule].off))
        return;
    bool already = facts->role == ROLE_ACCEPT && facts->prepared && listener_decided(policy, facts);
    fill(plan, plan->rule >= 0 ? &policy->rule[plan->rule].target : &policy->plain, facts, already);
}

/* Sooner is tighter. A user timeout of 0 is none and looser than any. */
static bool is_tighter(int32_t a, int32_t b)
{
    return a > 0 && (b <= 0 || a < b);
}

static bool program_may_speak_of(enum setting_id id)
{
    return id <= SETTING_USER_TIMEOUT;
}

void plan_reconcile(struct plan *plan, enum mode mode, const struct socket_values *now, const struct socket_values *system)
{
    for (enum setting_id id = 0; mode != MODE_ENFORCE && id < OPTION_COUNT; id++) {
        int32_t value = now->value[id];
        if (!has_bit(plan, id) || !program_may_speak_of(id) || value == system->value[id])
            continue;
        if (mode == MODE_RESPECT || is_tighter(value, plan->value[id]))
            plan->set &= (uint16_t) ~(1u << id);
    }
}

int32_t plan_answer(enum mode mode, int32_t planned, int32_t before, int32_t asked)
{
    if (mode == MODE_ENFORCE)
        return before;
    if (mode == MODE_RESPECT || value_leaves_alone(planned))
        return asked;
    return is_tighter(planned, asked) ? planned : asked;
}
