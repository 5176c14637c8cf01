#include "preload/supervise/answer.h"
#include "preload/apply.h"
#include "preload/facts.h"
#include "preload/remote/direction.h"
#include "preload/supervise/memory.h"

/* What the socket is, as far as that can be told now. */
static void look_at(const struct policy *policy, pid_t pid, int fd, struct facts *facts)
{
    static struct listened_ports ports;
    *facts = (struct facts){.role = ROLE_MADE};
    if (!policy->rule_count)
        return;
    direction_begin(&ports, pid);
    direction_facts(&ports, fd, facts);
}

/* Of the policy's value and the program's, the tighter one: true when that is the policy's, which is then set. */
static bool tighten(const struct plan *plan, int option, int fd, int asked)
{
    const int on = 1;
    enum setting_id id = (enum setting_id)option;
    if (option == APPLY_KEEPALIVE)
        return asked == 0 && cover_setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on, APPLY_MARK) == 0;
    int32_t value = apply_to_core(id, asked);
    struct plan one = {.covered = true, .set = (uint16_t)(1u << option)};
    one.value[option] = plan->value[option];
    return plan_answer(MODE_TIGHTEN, id, plan->value[option], 0, value) != value &&
           apply_plan(&one, fd, true, cover_setsockopt) == 0;
}

bool supervise_answers(struct cover *cover, struct notes *notes, pid_t thread, const struct supervise_call *call,
                       int fd)
{
    int asked, option = apply_option(call->level, call->name);
    const struct policy *policy = cover->policy;
    struct facts facts;
    struct plan plan;
    if (!apply_is_programs_own(option) || (int)call->length < (int)sizeof asked ||
        !supervise_memory(thread, call->address, &asked, sizeof asked) || !apply_takes(option, asked) ||
        !facts_is_tcp(fd))
        return false;
    if (policy->mode != MODE_ENFORCE)
        notes_add(notes, fd, option, asked);
    if (policy->mode == MODE_RESPECT)
        return false;
    look_at(policy, thread, fd, &facts);
    plan_make(policy, &facts, &plan);
    if (!plan.covered || (option == SETTING_USER_TIMEOUT && value_leaves_alone(plan.value[option])))
        return false;
    if (policy->mode == MODE_TIGHTEN)
        return tighten(&plan, option, fd, asked);
    enum cover_outcome outcome = cover_again(cover, &facts, fd);
    return outcome == COVER_SET || outcome == COVER_STANDS;
}
