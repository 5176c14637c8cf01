#include "explain.h"
#include "alias.h"
#include "duration.h"
#include "explain_ways.h"
#include "middlebox.h"

enum { NAME_WIDTH = 16, VALUE_WIDTH = 28, QUIET_WIDTH = 24, PROBE_WIDTH = 5, PROBES_DRAWN = 9 };

static bool is_derived(const struct policy *policy, enum setting_id id)
{
    bool promised = policy->asked.survive != VALUE_UNSET || policy->asked.detect != VALUE_UNSET;
    return promised && id <= SETTING_PROBES && policy->origin[id].kind == ORIGIN_DEFAULT;
}

void explain_write_source(struct text *text, const struct policy *policy, enum setting_id id)
{
    const struct origin *origin = &policy->origin[id];
    int32_t given;
    struct text nothing = text_in((char[1]){0}, 1);
    if (is_derived(policy, id)) {
        bool survive = policy->asked.survive != VALUE_UNSET;
        text_add(text, survive ? "survive " : "");
        if (survive)
            duration_write(text, policy->asked.survive);
        text_add(text, policy->asked.detect == VALUE_UNSET ? "" : survive ? " and detect " : "detect ");
        if (policy->asked.detect != VALUE_UNSET)
            duration_write(text, policy->asked.detect);
        return;
    }
    policy_write_origin(text, policy, id);
    if (origin->alias) {
        text_add(text, " of ");
        text_add(text, alias_library(origin->alias));
    }
    bool finer = id < OPTION_COUNT && !origin->alias && origin->text && policy->plain.value[id] > 0 &&
                 setting_parse(id, span_of(origin->text), &given, &nothing) && given > 0 &&
                 given != policy->plain.value[id];
    if (finer) {
        text_add(text, ", rounded up from ");
        duration_write(text, given);
    }
}

static void write_setting(struct text *text, const struct policy *policy, enum setting_id id)
{
    char name[SETTING_NAME_SIZE];
    const char *given = policy->origin[id].text;
    size_t line = text->used;
    setting_flag(id, name);
    text_add(text, "  ");
    text_add(text, name + 2);
    text_pad(text, line, NAME_WIDTH + 2);
    if (id < OPTION_COUNT)
        setting_write(text, id, policy->plain.value[id]);
    else
        text_add_foreign(text, span_of(given ? given : "unset"));
    text_add_char(text, ' ');
    text_pad(text, line, VALUE_WIDTH);
    explain_write_source(text, policy, id);
    text_add_char(text, '\n');
}

/* Options that are left alone and settings that were not given say nothing. */
static bool is_worth_a_line(const struct policy *policy, enum setting_id id)
{
    bool given = policy->origin[id].kind != ORIGIN_DEFAULT;
    return given || id < KEEPALIVE_COUNT || id == SETTING_MODE;
}

static void add_centered(struct text *text, const char *word, size_t width, char fill)
{
    size_t length = span_of(word).length, left = width > length ? (width - length) / 2 : 0;
    for (size_t i = 0; i < left; i++)
        text_add_char(text, fill);
    text_add(text, word);
    for (size_t i = left + length; i < width; i++)
        text_add_char(text, fill);
}

static void add_probes(struct text *text, size_t drawn, bool more)
{
    for (size_t i = 0; i < drawn; i++)
        text_add(text, more && i + 2 == drawn ? "! .. " : "!    ");
}

/*
 *   |------- quiet -------|-------- probes --------| dead
 *   |                     !    !    !    !    !    X
 *   0s                    60s                      110s
 */
static void draw_timeline(struct text *text, const struct outlook *outlook)
{
    int64_t sent = (outlook->dead_after - outlook->idle) / (outlook->interval > 0 ? outlook->interval : 1);
    size_t drawn = sent > PROBES_DRAWN ? PROBES_DRAWN : (size_t)sent, width = drawn * PROBE_WIDTH;
    text_add(text, "  |");
    add_centered(text, " quiet ", QUIET_WIDTH - 1, '-');
    text_add(text, "|");
    add_centered(text, drawn == 1 ? "" : " probes ", width - 1, '-');
    text_add(text, "| dead\n  |");
    add_centered(text, "", QUIET_WIDTH - 1, ' ');
    add_probes(text, drawn, sent > PROBES_DRAWN);
    text_add(text, "X\n");
    size_t line = text->used;
    text_add(text, "  0s");
    text_pad(text, line, QUIET_WIDTH + 2);
    duration_write(text, outlook->idle);
    text_add_char(text, ' ');
    text_pad(text, line, QUIET_WIDTH + 2 + width);
    duration_write(text, outlook->dead_after);
    text_add_char(text, '\n');
}

static void write_promises(struct text *text, const struct policy *policy, const struct outlook *outlook,
                           const char *retransmits)
{
    text_add(text, "\nAn idle connection is probed after ");
    duration_write(text, outlook->idle);
    text_add(text, " of silence.\n");
    if (retransmits && profile_detects_in_flight(&policy->plain)) {
        text_add(text, "\nA dead peer is noticed after\n");
        explain_write_ways(text, &policy->plain, outlook, retransmits, "");
        text_add_char(text, '\n');
        return;
    }
    text_add(text, "A dead peer of an idle connection is noticed after ");
    duration_write(text, outlook->dead_after);
    text_add(text, ".\nWith data in flight, ");
    if (outlook->user_timeout > 0) {
        text_add(text, "the connection ends when nothing is acknowledged for ");
        duration_write(text, outlook->user_timeout);
        text_add(text, retransmits ? ", also where a live peer stops reading" : "");
    } else {
        explain_write_retransmits(text, retransmits);
    }
    text_add(text, ".\n\n");
}

static void write_limits(struct text *text, const struct outlook *outlook)
{
    text_add(text, "\nIdle limits it survives, one lost probe allowed: over ");
    duration_write(text, outlook->survives_over);
    text_add_char(text, '\n');
    for (size_t i = 0; i < middlebox_count; i++) {
        const struct middlebox *box = &middleboxes[i];
        size_t line = text->used;
        text_add(text, !box->idle_limit_ms                           ? "  n/a  "
                       : box->idle_limit_ms > outlook->survives_over ? "  yes  "
                                                                     : "  NO   ");
        text_add(text, box->name);
        text_pad(text, line, 7 + NAME_WIDTH);
        if (box->idle_limit_ms)
            duration_write(text, box->idle_limit_ms);
        else
            text_add(text, "above TCP");
        text_add_char(text, ' ');
        text_pad(text, line, 6 + VALUE_WIDTH);
        text_add(text, middlebox_device(box));
        text_add_char(text, '\n');
    }
}

static void write_rules(struct text *text, const struct policy *policy, const struct socket_values *system)
{
    text_add(text, policy->rule_count ? "\nRules, the first that matches decides:\n" : "");
    for (int i = 0; i < policy->rule_count; i++) {
        const struct rule *rule = &policy->rule[i];
        size_t line = text->used;
        text_add(text, "  ");
        text_add_number(text, i + 1);
        text_add(text, "  ");
        rule_write(text, rule);
        text_add_char(text, ' ');
        text_pad(text, line, VALUE_WIDTH + 4);
        if (rule->off) {
            text_add(text, "off\n");
            continue;
        }
        struct outlook outlook = outlook_of(&rule->profile, system);
        text_add(text, "probed after ");
        duration_write(text, outlook.idle);
        text_add(text, ", dead after ");
        duration_write(text, outlook.dead_after);
        text_add_char(text, '\n');
    }
}

static bool same_deaths(const struct profile *a, const struct profile *b, const struct socket_values *system)
{
    return a->detect == b->detect && profile_detects_in_flight(a) == profile_detects_in_flight(b) &&
           outlook_of(a, system).dead_after == outlook_of(b, system).dead_after;
}

/* The rules whose dead peers are noticed as the plain settings' are, or an earlier rule's, are told of there. */
static bool is_told_before(const struct policy *policy, int number, const struct socket_values *system)
{
    const struct profile *profile = &policy->rule[number].profile;
    bool told =
        policy->rule[number].off || !profile_detects_in_flight(profile) || same_deaths(profile, &policy->plain, system);
    for (int i = 0; !told && i < number; i++)
        told = !policy->rule[i].off && same_deaths(profile, &policy->rule[i].profile, system);
    return told;
}

static void write_ways_of_rules(struct text *text, const struct policy *policy, const struct socket_values *system,
                                const char *retransmits)
{
    for (int first = 0; retransmits && first < policy->rule_count; first++) {
        const struct profile *profile = &policy->rule[first].profile;
        if (is_told_before(policy, first, system))
            continue;
        text_add(text, "\n  Under rule ");
        text_add_number(text, first + 1);
        for (int i = first + 1; i < policy->rule_count; i++) {
            if (policy->rule[i].off || !same_deaths(profile, &policy->rule[i].profile, system))
                continue;
            text_add(text, ", ");
            text_add_number(text, i + 1);
        }
        text_add(text, ": a dead peer is noticed after\n");
        struct outlook outlook = outlook_of(profile, system);
        explain_write_ways(text, profile, &outlook, retransmits, "  ");
    }
}

void explain_write(struct text *text, const struct policy *policy, const struct socket_values *system,
                   const char *retransmits)
{
    if (!policy->enabled) {
        text_add(text, "tcpalive is off: ");
        explain_write_source(text, policy, SETTING_ENABLED);
        text_add(text, "\n");
        return;
    }
    struct outlook outlook = outlook_of(&policy->plain, system);
    text_add(text, "Settings, and where each comes from:\n");
    for (enum setting_id id = 0; id < SETTING_ENABLED; id++)
        if (is_worth_a_line(policy, id))
            write_setting(text, policy, id);
    write_promises(text, policy, &outlook, retransmits);
    draw_timeline(text, &outlook);
    write_rules(text, policy, system);
    write_ways_of_rules(text, policy, system, retransmits);
    write_limits(text, &outlook);
}
