/*
 * policy: everything the user asked for, read once and constant from then on.
 *
 * Filled by policy_read() and policy_rules, asked by plan for each connection. It keeps pointers to the texts it was
 * given, for explain only.
 */
#ifndef CORE_POLICY_H
#define CORE_POLICY_H

#include "rule_index.h"

enum { POLICY_RULES_MAX = RULES_MAX, POLICY_LOG_FILE_MAX = 1023 /* bytes of a path */ };

enum origin_kind { ORIGIN_DEFAULT, ORIGIN_FLAG, ORIGIN_VARIABLE, ORIGIN_ALIAS };

/* Where a setting's value came from. `text` is what stood there, NULL when the default has none. */
struct origin {
    enum origin_kind kind;
    const struct alias *alias;
    const char *text;
};

struct policy {
    bool enabled;
    enum follow follow;
    enum mode mode;
    enum level log;
    const char *log_file; /* `stderr`, `syslog` or a path */
    const char *programs; /* NULL: all */
    struct profile plain;
    struct promises_asked {
        /* Milliseconds or VALUE_UNSET; the last also VALUE_MATCH, _OFF, _SYSTEM. */
        int32_t survive, detect, user_timeout;
    } asked;
    int32_t grain; /* the source's */
    struct origin origin[SETTING_COUNT];
    const char *rules; /* their text, NULL: none */
    bool under_rules;  /* connections are decided one by one, also where every rule was wrong that is read later */
    _Atomic bool rules_are_claimed, rules_are_read; /* what follows is known */
    bool rules_on_accept;                           /* some rule speaks of accepted connections */
    uint16_t rule_count;
    struct rule *rule;
    struct rule_index *index;
};

/* Where rules are kept: the caller's, since it is much, and few have rules. */
struct policy_room {
    struct rule_index index;
    struct rule rule[POLICY_RULES_MAX];
};

/* Where settings are read from. */
struct policy_source {
    const char *(*variable)(void *context, const char *name); /* NULL when unset; an empty one counts as unset */
    const char *const *flag; /* by setting_id, NULL where not given; NULL: there are no flags */
    int32_t grain;           /* the system's unit of idle and interval in milliseconds, 1..1000 */
    void (*complain)(void *context, const char *line); /* one finished line; policy->log is already known */
    void *context;
    /* The same as NAME=value, ended by NULL, read once instead of asking for each name; or NULL. */
    char *const *entries;
    struct policy_room *room; /* for as long as the policy is */
    bool rules_later; /* the caller asks for policy_give_room() and policy_rules_read() before the first decision */
};

/*
 * Does it promise for any connection that a dead peer is noticed with data in flight: a `detect`, and no user timeout
 * named beside it?
 */
bool policy_detects_in_flight(const struct policy *policy);

/*
 * Does who looks at connections from outside look again and again: for that promise, or for the log's line
 * on each death?
 */
bool policy_looks_again(const struct policy *policy);

/* Rules are kept there; there are none yet. */
void policy_give_room(struct policy *policy, struct policy_room *room);

/* Says one line of what is wrong with a setting. */
void policy_complain(const struct policy *policy, const struct policy_source *source, enum setting_id id,
                     const char *object, const char *why);

/*
 * Adds which setting a promise comes from: who reads that a number breaks a promise looks for it beside the number, and
 * a variable may have been set long before.
 */
void policy_add_promise_source(struct text *why, const struct policy *policy, enum setting_id promise);

/* Adds the variable or flag that a setting came from: `TCPALIVE_IDLE`, `--idle`, `KEEPIDLE`; `default`. */
void policy_write_origin(struct text *text, const struct policy *policy, enum setting_id id);

#endif
