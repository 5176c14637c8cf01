#include "past.h"
#include "winhook/apply.h"
#include "winhook/facts.h"

enum { SHOWN = (1 << KEEPALIVE_COUNT) - 1 };

static bool same(enum setting_id id, int32_t is, int32_t wanted)
{
    int32_t unit = id == SETTING_PROBES ? 1 : 1000;
    return is / unit == wanted / unit || is / unit == wanted / unit + 1; /* rounded down, or up */
}

bool past_has(SOCKET s, unsigned wanted, const int32_t value[OPTION_COUNT], bool untold)
{
    unsigned readable = apply_readable(s);
    struct socket_values now;
    apply_read(s, &now);
    for (enum setting_id id = 0; id < KEEPALIVE_COUNT; id++)
        if (wanted & 1u << id && !(readable & 1u << id ? same(id, now.value[id], value[id]) : untold))
            return false;
    return now.keepalive;
}

void past_leave_to_program(SOCKET s, enum mode mode, struct plan *plan)
{
    struct socket_values now;
    apply_read(s, &now);
    unsigned readable = now.keepalive ? apply_readable(s) : ~0u;
    plan->set &= readable;
    if (readable)
        plan_reconcile(plan, mode, &now, &apply_system);
    else
        plan->keepalive = false;
}

/* What stands once the plan is carried out, where the number of probes is fixed, too. */
static bool stands(SOCKET s, const struct plan *plan, bool untold)
{
    struct plan told = *plan;
    apply_tell(s, &told);
    return past_has(s, told.set & SHOWN, told.value, untold);
}

/* A socket of which it is not known yet what it is for is not weighed. */
static bool is_weighed_later(SOCKET s, const struct policy *policy, const struct facts *facts)
{
    struct socket_values now;
    apply_read(s, &now);
    return now.keepalive && policy->mode != MODE_ENFORCE && facts->role == ROLE_MADE;
}

enum cover_outcome past_would(const struct policy *policy, SOCKET s, const struct facts *facts)
{
    struct plan plan;
    plan_make(policy, facts, &plan);
    if (!plan.covered || is_weighed_later(s, policy, facts))
        return COVER_LEFT;
    if (policy->mode != MODE_ENFORCE)
        past_leave_to_program(s, policy->mode, &plan);
    return stands(s, &plan, false) ? COVER_STANDS : COVER_SET;
}

enum cover_outcome past_undo(const struct policy *policy, SOCKET s, const struct facts *facts, bool try)
{
    struct plan plan;
    plan_make(policy, facts, &plan);
    if (!plan.covered || !stands(s, &plan, policy->mode == MODE_ENFORCE))
        return COVER_LEFT;
    return try || !apply_back(s, &plan) ? COVER_SET : COVER_REFUSED;
}
