#include "own_calls.h"
#include "cover.h"
#include "in_force.h"
#include "report_socket.h"
#include "winhook/apply.h"
#include "winhook/facts.h"

bool own_calls_is_one(int level, int option)
{
    int32_t unit;
    return (level == SOL_SOCKET && option == SO_KEEPALIVE) ||
           (level == IPPROTO_TCP && apply_setting(option, &unit) != SETTING_COUNT);
}

/* The plan for a socket at this moment of its life; false when the policy has no say, or not yet. */
static bool plan_for(SOCKET s, struct plan *plan)
{
    const struct policy *policy = in_force();
    struct facts facts = {.role = ROLE_MADE};
    if (policy->mode == MODE_RESPECT || !facts_is_tcp(s))
        return false;
    if (policy->rule_count)
        cover_find(s, &facts);
    plan_make(policy, &facts, plan);
    return plan->covered;
}

static int32_t clamp(uint64_t value)
{
    return value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

/* The number that stands for an option of level IPPROTO_TCP; false when the system does not know the option. */
static bool value_that_stands(SOCKET s, const struct plan *plan, int option, DWORD asked, DWORD *number)
{
    int32_t unit = 1;
    enum setting_id id = apply_setting(option, &unit);
    DWORD before = 0;
    int size = sizeof before;
    if (getsockopt(s, IPPROTO_TCP, option, (char *)&before, &size))
        return false;
    int32_t was = clamp((uint64_t)before * unit), wish = clamp((uint64_t)asked * unit);
    int32_t value = plan_answer(in_force()->mode, id, plan->value[id], was, wish);
    report_answer(in_force()->mode, s, "its own option", id, wish, value);
    *number = value == was ? before : value == wish ? asked : (DWORD)(value / unit + (value % unit != 0));
    return true;
}

int own_calls_setsockopt(SOCKET s, int level, int option, const char *value, int size)
{
    struct plan plan;
    DWORD asked = 0, number = 1, error = GetLastError();
    if (size <= 0 || !facts_copy(value, &asked, size < (int)sizeof asked ? (SIZE_T)size : sizeof asked) ||
        !plan_for(s, &plan) || (level == IPPROTO_TCP && !value_that_stands(s, &plan, option, asked, &number))) {
        SetLastError(error);
        return setsockopt(s, level, option, value, size);
    }
    SetLastError(error);
    int own_size = size < (int)sizeof number ? size : (int)sizeof number;
    return setsockopt(s, level, option, (const char *)&number, own_size);
}

/* One of the two times: what the plan leaves alone is the program's to say, but for enforce. */
static ULONG time_that_stands(SOCKET s, const struct plan *plan, enum setting_id id, ULONG ours, ULONG asked)
{
    int32_t planned = value_leaves_alone(plan->value[id]) ? VALUE_SYSTEM : clamp(ours);
    int32_t stands = plan_answer(in_force()->mode, id, planned, clamp(ours), clamp(asked));
    report_answer(in_force()->mode, s, "SIO_KEEPALIVE_VALS", id, clamp(asked), stands);
    return (ULONG)stands;
}

int own_calls_vals(SOCKET s, void *in, DWORD in_size, void *out, DWORD out_size, DWORD *returned,
                   WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    struct plan plan;
    struct tcp_keepalive asked, stands;
    DWORD error = GetLastError();
    if (in_size >= sizeof asked && facts_copy(in, &asked, sizeof asked) && plan_for(s, &plan)) {
        stands = apply_vals(s, &plan);
        if (asked.onoff)
            stands = (struct tcp_keepalive){
                1, time_that_stands(s, &plan, SETTING_IDLE, stands.keepalivetime, asked.keepalivetime),
                time_that_stands(s, &plan, SETTING_INTERVAL, stands.keepaliveinterval, asked.keepaliveinterval)};
        in = &stands;
        in_size = sizeof stands;
    }
    SetLastError(error);
    return WSAIoctl(s, SIO_KEEPALIVE_VALS, in, in_size, out, out_size, returned, overlapped, routine);
}
