#include "cover.h"
#include "in_force.h"
#include "past.h"
#include "report.h"
#include "report_socket.h"
#include "winhook/apply.h"
#include "winhook/facts.h"

enum { BITS = 32 };

static volatile LONG listener_was_found; /* once true, each accepted connection is set by itself */
static LONG listened[(UINT16_MAX + 1) / BITS];

void cover_note_port(uint16_t port)
{
    InterlockedOr(&listened[port / BITS], 1L << port % BITS);
}

static bool listened_on(uint16_t port)
{
    return listened[port / BITS] & 1L << port % BITS;
}

/* Without rules and without a line for each connection, where it goes and where it comes from does not matter. */
static bool details_matter(void)
{
    return in_force()->rule_count || report_wants(LEVEL_INFO);
}

enum cover_outcome cover_socket(SOCKET s, const struct facts *facts)
{
    const struct policy *policy = in_force();
    struct plan plan;
    plan_make(policy, facts, &plan);
    if (plan.covered && policy->mode != MODE_ENFORCE && facts->role != ROLE_MADE)
        past_leave_to_program(s, policy->mode, &plan);
    int error = apply_plan(s, &plan);
    if (report_wants(LEVEL_INFO))
        apply_tell(s, &plan);
    report_plan(s, facts, &plan);
    report_refusal(s, error);
    if (!plan.covered)
        return COVER_LEFT;
    return !error ? COVER_SET : report_is_news(error) ? COVER_REFUSED : COVER_NOT_TCP;
}

void cover_made(SOCKET s)
{
    cover_socket(s, &(struct facts){.role = ROLE_MADE});
}

void cover_listening(SOCKET s)
{
    struct facts facts;
    if (!details_matter() || !facts_is_tcp(s))
        return;
    facts_read(s, ROLE_LISTEN, &facts);
    facts.prepared = true;
    cover_note_port(facts.port);
    cover_socket(s, &facts);
}

/* Does the socket read as the policy wants it, in every value? */
static bool has_all(SOCKET s)
{
    const int32_t *value = in_force()->plain.value;
    unsigned wanted = 0;
    for (enum setting_id id = 0; id < KEEPALIVE_COUNT; id++)
        wanted |= value_leaves_alone(value[id]) ? 0 : 1u << id;
    return past_has(s, wanted, value, false);
}

/*
 * Does this system hand a listener's times on to what it accepts? Microsoft does not say. Wine does, as Linux
 * does it (tcp(7)); a Windows that can be asked is asked for the first accepted connection. Anywhere else
 * they are set again.
 */
static bool hands_on(SOCKET accepted)
{
    enum { UNKNOWN, YES, NO };
    static volatile LONG answer = UNKNOWN;
    if (answer != UNKNOWN)
        return answer == YES;
    bool wine = GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version");
    answer = wine || (!in_force()->rule_count && has_all(accepted)) ? YES : NO;
    return answer == YES;
}

/* A listener from elsewhere may have taken connections before it came under the policy. */
void cover_accepted(SOCKET s)
{
    struct facts facts = {.role = ROLE_ACCEPT};
    if (details_matter())
        facts_read(s, ROLE_ACCEPT, &facts);
    facts.prepared = !listener_was_found && hands_on(s);
    cover_socket(s, &facts);
}

void cover_connected(SOCKET s)
{
    struct facts facts;
    if (!details_matter() || !facts_is_tcp(s))
        return;
    facts_read(s, ROLE_CONNECT, &facts);
    facts.prepared = true;
    cover_socket(s, &facts);
}

void cover_connecting(SOCKET s, const struct sockaddr *name, int size)
{
    struct facts facts = {.role = ROLE_CONNECT, .prepared = true};
    if (details_matter() && facts_from_sockaddr(name, size, &facts.peer, &facts.port) && facts_is_tcp(s))
        cover_socket(s, &facts);
}

void cover_find(SOCKET s, struct facts *facts)
{
    struct facts own;
    struct socket_values now;
    facts_read(s, facts_role(s), facts);
    apply_read(s, &now);
    if (facts->role == ROLE_LISTEN && !now.keepalive)
        listener_was_found = true;
    if (facts->role != ROLE_CONNECT)
        return;
    facts_read(s, ROLE_ACCEPT, &own);
    if (listened_on(own.port))
        *facts = own;
}
