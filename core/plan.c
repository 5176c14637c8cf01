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

static void fill(struct plan *plan, const struct profile *profile, const struct facts *facts, bool already)
{
    plan->covered = true;
    plan->keepalive = !already;
    for (enum setting_id id = 0; id < OPTION_COUNT; id++) {
        plan->value[id] = profile->value[id];
        bool done = already && belongs(id, ROLE_MADE);
        if (belongs(id, facts->role) && !done && !value_leaves_alone(profile->value[id]))
            plan->set |= (uint16_t)(1u << id);
    }
}

/* The first rule that decides, or PLAN_NO_RULE. `by_peer`: see rule_index.h. */
static int find_rule(const struct policy *policy, const struct facts *facts, bool *by_peer)
{
    enum direction direction = facts->role == ROLE_CONNECT ? DIRECTION_CONNECT : DIRECTION_ACCEPT;
    const struct address *peer = facts->role == ROLE_LISTEN ? NULL : &facts->peer;
    return rule_index_find(policy->index, policy->rule, policy->rule_count, direction, facts->port, peer, by_peer);
}

static void decide(const struct policy *policy, const struct facts *facts, struct plan *plan)
{
    bool by_peer;
    *plan = (struct plan){.rule = (int16_t)find_rule(policy, facts, &by_peer)};
    plan->waiting = by_peer && facts->role == ROLE_LISTEN;
    if (plan->waiting) {
        fill(plan, &policy->plain, facts, true);
        plan->covered = false;
        return;
    }
    if (plan->rule >= 0 && policy->rule[plan->rule].off)
        return;
    bool already = facts->role == ROLE_ACCEPT && facts->prepared && !by_peer;
    fill(plan, plan->rule >= 0 ? &policy->rule[plan->rule].profile : &policy->plain, facts, already);
}

static bool same_values(const struct plan *a, const struct plan *b)
{
    bool same = a->covered == b->covered;
    for (enum setting_id id = 0; id < OPTION_COUNT; id++)
        same = same && a->value[id] == b->value[id];
    return same;
}

/* As one that was accepted, and as one that was made: what both come to, or nothing. */
static void decide_either(const struct policy *policy, const struct facts *facts, struct plan *plan)
{
    struct facts other = *facts;
    struct plan made;
    other.role = ROLE_CONNECT;
    other.port = facts->peer_port;
    decide(policy, facts, plan);
    decide(policy, &other, &made);
    if (!same_values(plan, &made))
        *plan = (struct plan){.rule = PLAN_NO_RULE, .unsure = true};
}

void plan_make(const struct policy *policy, const struct facts *facts, struct plan *plan)
{
    *plan = (struct plan){.rule = PLAN_NO_RULE};
    if (!policy->enabled)
        return;
    if (!policy->under_rules)
        fill(plan, &policy->plain, facts, facts->prepared && facts->role != ROLE_MADE);
    else if (facts->role == ROLE_MADE)
        plan->waiting = true;
    else if (facts->either)
        decide_either(policy, facts, plan);
    else
        decide(policy, facts, plan);
}

/* Sooner is tighter. A user timeout of 0 is none and looser than any. */
static bool is_tighter(int32_t a, int32_t b)
{
    return a > 0 && (b <= 0 || a < b);
}

void plan_reconcile(struct plan *plan, enum mode mode, const struct socket_values *now,
                    const struct socket_values *system)
{
    for (enum setting_id id = 0; mode != MODE_ENFORCE && id < KEEPALIVE_COUNT; id++) {
        int32_t value = now->value[id];
        if (!has_bit(plan, id) || (value == system->value[id] && !(now->said & 1u << id)))
            continue;
        if (mode == MODE_RESPECT || is_tighter(value, plan->value[id]))
            plan->set &= (uint16_t) ~(1u << id);
    }
    if (mode == MODE_RESPECT && now->said_off)
        plan->keepalive = false;
}

/* Of the options that the kernel shows of both; MPTCP shows no user timeout. */
static bool touched(const struct socket_values *now, const struct socket_values *system)
{
    bool any = false;
    for (enum setting_id id = 0; id < KEEPALIVE_COUNT; id++)
        any = any || (now->value[id] != VALUE_UNSET && now->value[id] != system->value[id]);
    return any;
}

bool plan_found_off(const struct socket_values *now, const struct socket_values *system, bool timed)
{
    bool any = !timed;
    for (enum setting_id id = SETTING_IDLE; id <= SETTING_PROBES; id++)
        any = any || now->value[id] != system->value[id];
    return any && !now->keepalive;
}

bool plan_switched_off(const struct plan *plan, const struct socket_values *now)
{
    bool any = false, all = true;
    for (enum setting_id id = SETTING_IDLE; id <= SETTING_PROBES; id++) {
        any = any || has_bit(plan, id);
        all = all && (!has_bit(plan, id) || now->value[id] == plan->value[id]);
    }
    return any && all && !now->keepalive;
}

/* What the profile makes of an untouched socket. One that leaves all to the system makes what many programs make. */
static bool gives(const struct profile *profile, const struct socket_values *now, const struct socket_values *system)
{
    struct socket_values given = *system;
    for (enum setting_id id = 0; id < KEEPALIVE_COUNT; id++)
        if (!value_leaves_alone(profile->value[id]))
            given.value[id] = profile->value[id];
    return touched(&given, system) && !touched(now, &given);
}

bool plan_is_ours(const struct policy *policy, const struct socket_values *now, const struct socket_values *system)
{
    bool ours = gives(&policy->plain, now, system);
    for (int i = 0; i < policy->rule_count && !ours; i++)
        ours = !policy->rule[i].off && gives(&policy->rule[i].profile, now, system);
    return ours && now->keepalive;
}

int32_t plan_answer(enum mode mode, enum setting_id id, int32_t planned, int32_t before, int32_t asked)
{
    bool left = value_leaves_alone(planned);
    if (mode == MODE_RESPECT || (left && (mode == MODE_TIGHTEN || id == SETTING_USER_TIMEOUT)))
        return asked;
    if (mode == MODE_ENFORCE)
        return left ? before : planned;
    return is_tighter(planned, asked) ? planned : asked;
}

/*
 * The same is decided a second time where this code cannot run, in the kernel: find_rule() by write_rules() in
 * preload/cgroup/sock_ops.c, plan_reconcile() by write_own_stands() in row.c there, plan_answer() by sockopt.c there.
 */
