#include "log.h"
#include "duration.h"

enum level log_level_of(const struct facts *facts)
{
    return facts->role == ROLE_CONNECT || facts->role == ROLE_ACCEPT ? LEVEL_INFO : LEVEL_DEBUG;
}

static void add_descriptor(struct text *text, int64_t fd)
{
    text_add(text, "fd ");
    text_add_number(text, fd);
    text_add(text, ": ");
}

static void add_role(struct text *text, const struct facts *facts)
{
    static const char roles[][16] = {"socket", "connect ", "listen on port ", "accept "};
    text_add(text, roles[facts->role]);
    if (facts->role == ROLE_CONNECT || facts->role == ROLE_ACCEPT)
        address_write(text, &facts->peer);
    if (facts->role != ROLE_MADE) {
        text_add(text, facts->role == ROLE_ACCEPT ? " on port " : facts->role == ROLE_CONNECT ? ":" : "");
        text_add_number(text, facts->port);
    }
    text_add_char(text, ' ');
}

static void add_values(struct text *text, const struct plan *plan)
{
    const char *between = "";
    char name[SETTING_NAME_SIZE];
    for (enum setting_id id = 0; id < OPTION_COUNT; id++) {
        if (value_leaves_alone(plan->value[id]))
            continue;
        setting_flag(id, name);
        text_add(text, between);
        text_add(text, name + 2);
        text_add_char(text, ' ');
        setting_write(text, id, plan->value[id]);
        between = ", ";
    }
    if (!*between)
        text_add(text, "keepalive as the system times it");
}

void log_connection(struct text *text, const struct facts *facts, const struct plan *plan, int64_t fd)
{
    text_add(text, "tcpalive: ");
    add_role(text, facts);
    add_descriptor(text, fd);
    if (plan->waiting)
        text_add(text, "the rules decide once the connection is known");
    else if (plan->unsure)
        text_add(text, "left alone: accepted or made, and the rules differ");
    else if (!plan->covered)
        text_add(text, "off");
    else
        add_values(text, plan);
    if (plan->rule != PLAN_NO_RULE) {
        text_add(text, " (rule ");
        text_add_number(text, plan->rule + 1);
        text_add(text, ")");
    }
    text_add_char(text, '\n');
}

void log_decision(struct text *text, const struct policy *policy, const struct plan *plan, int64_t fd)
{
    text_add(text, "tcpalive: ");
    add_descriptor(text, fd);
    if (plan->rule == PLAN_NO_RULE) {
        text_add(text, policy->rule_count ? "no rule matches" : "there are no rules");
    } else {
        text_add(text, "rule ");
        text_add_number(text, plan->rule + 1);
        text_add(text, " decides, ");
        rule_write(text, &policy->rule[plan->rule]);
    }
    text_add(text, "; mode ");
    setting_write(text, SETTING_MODE, policy->mode);
    text_add_char(text, '\n');
}

void log_answer(struct text *text, enum mode mode, int64_t fd, const char *option, enum setting_id id, int32_t asked,
                int32_t stands)
{
    text_add(text, "tcpalive: ");
    add_descriptor(text, fd);
    text_add(text, option);
    text_add_char(text, ' ');
    setting_write(text, id, asked);
    text_add(text, " asked, ");
    setting_write(text, id, stands);
    text_add(text, " stands (");
    setting_write(text, SETTING_MODE, mode);
    text_add(text, ")\n");
}

void log_refusal(struct text *text, int64_t fd, int error)
{
    text_add(text, "tcpalive: ");
    add_descriptor(text, fd);
    text_add(text, "the system refused an option: error ");
    text_add_number(text, error);
    text_add_char(text, '\n');
}

void log_end(struct text *text, const struct log_ending *ending)
{
    text_add(text, "tcpalive: ");
    address_write_port(text, &ending->peer, ending->port);
    text_add(text, " of ");
    text_add_number(text, ending->pid);
    text_add_char(text, ' ');
    text_add_foreign(text, span_of(ending->program));
    text_add_char(text, ' ');
    add_descriptor(text, ending->fd);
    text_add(text,
             ending->by_bound ? "ended by its user timeout, no answer for " : "ended by keepalive, no answer for ");
    duration_write(text, (ending->silence + 500) / 1000 * 1000);
    text_add(text, ending->by_bound ? ", data sent again " : ", ");
    text_add_number(text, ending->unanswered);
    text_add(text, ending->by_bound          ? " times\n"
                   : ending->unanswered == 1 ? " probe unanswered\n"
                                             : " probes unanswered\n");
}
