/*
 * plan: policy + facts of one connection -> the options to set and their values.
 *
 * Asked by each system's hooks and by attach, supervise and cgroup for every connection. Pure: the facts come from the
 * call and the descriptor, applying is each system's apply.
 *
 * Without rules a socket is prepared when it is made, and what becomes of it inherits. With rules nothing is known when
 * it is made, so that the decision waits for connect, listen or accept.
 */
#ifndef CORE_PLAN_H
#define CORE_PLAN_H

#include "policy.h"

/* What the connection's socket is doing. */
enum role {
    ROLE_MADE,    /* the socket was just made: neither peer nor port is known */
    ROLE_CONNECT, /* connecting or connected */
    ROLE_LISTEN,  /* a listener; its options are inherited by what it accepts */
    ROLE_ACCEPT   /* accepted */
};

struct facts {
    enum role role;
    bool prepared;       /* made, or its listener made, by calls that were planned already */
    bool found;          /* it was there before: what was done to it is not known */
    bool either;         /* ROLE_ACCEPT, but it may as well have been made: to `peer`, at `peer_port` */
    uint16_t port;       /* of the service: connected to, or listened on. Host order. */
    uint16_t peer_port;  /* the connection's other one, with `either` alone */
    struct address peer; /* unknown to ROLE_MADE and ROLE_LISTEN */
};

enum { PLAN_NO_RULE = -1 };

struct plan {
    bool covered;   /* keepalive is on for it; false: nothing is set */
    bool waiting;   /* not covered now, the decision comes with a later call */
    bool unsure;    /* not covered: whether it was accepted or made is not known, and the rules differ */
    int16_t rule;   /* which rule decided, from 0, or PLAN_NO_RULE */
    bool keepalive; /* switch SO_KEEPALIVE on */
    uint16_t set;   /* bit 1 << setting_id for each option to set */
    int32_t value[OPTION_COUNT];
};

void plan_make(const struct policy *policy, const struct facts *facts, struct plan *plan);

/* The options of a socket as they are. Units as in struct profile; user timeout 0 is none. */
struct socket_values {
    bool keepalive;
    bool said_off; /* the program is known to have switched it off */
    uint16_t said; /* bit 1 << setting_id: the program is known to have set it, be it to the system's value */
    int32_t value[OPTION_COUNT]; /* idle, interval, probes and user timeout are known, the rest VALUE_UNSET */
};

/*
 * For a socket with a past: drops from the plan what the mode leaves to the program. A value that differs from the
 * system's was set by the program: `respect` keeps it, `tighten` keeps it when it is the tighter one. `respect` leaves
 * keepalive off where the program said so.
 */
void plan_reconcile(struct plan *plan, enum mode mode, const struct socket_values *now,
                    const struct socket_values *system);

/*
 * For a found socket: with keepalive off, but with times of its own, it was switched off by somebody who had set
 * those; or by a program under this policy, which had. Where the policy sets none (`timed` false), any that is off
 * may have been.
 */
bool plan_found_off(const struct socket_values *now, const struct socket_values *system, bool timed);

/* With keepalive off, but the plan's times: it was put under the plan, and then switched off. */
bool plan_switched_off(const struct plan *plan, const struct socket_values *now);

/* Are these what the policy gives to some connection: what a profile of its sets, the rest as the system has it? */
bool plan_is_ours(const struct policy *policy, const struct socket_values *now, const struct socket_values *system);

/*
 * What stands after the program set an option from `before` to `asked`, where `planned` is what the policy sets or a
 * value that leaves it alone. A user timeout is no keepalive call: the program's own stands, in every mode, unless the
 * policy names one.
 */
int32_t plan_answer(enum mode mode, enum setting_id id, int32_t planned, int32_t before, int32_t asked);

#endif
