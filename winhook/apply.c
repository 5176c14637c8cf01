#include "apply.h"

enum { FIXED_PROBES = 10 }; /* Microsoft: SIO_KEEPALIVE_VALS, Remarks */

const struct socket_values apply_system = {
    .value = {[SETTING_IDLE] = 7200000,
              [SETTING_INTERVAL] = 1000,
              [SETTING_PROBES] = FIXED_PROBES,
              [SETTING_USER_TIMEOUT] = 0,
              [SETTING_USER_TIMEOUT + 1 ... OPTION_COUNT - 1] = VALUE_UNSET},
};

enum which { IDLE, INTERVAL, PROBES, BOUND, BOUND_MS, OPTIONS };

static const struct option {
    enum setting_id setting;
    int name;
    int32_t unit; /* milliseconds */
} options[] = {
    [IDLE] = {SETTING_IDLE, APPLY_KEEPIDLE, 1000},         [INTERVAL] = {SETTING_INTERVAL, APPLY_KEEPINTVL, 1000},
    [PROBES] = {SETTING_PROBES, APPLY_KEEPCNT, 1},         [BOUND] = {SETTING_USER_TIMEOUT, APPLY_MAXRT, 1000},
    [BOUND_MS] = {SETTING_USER_TIMEOUT, APPLY_MAXRTMS, 1}, /* read behind the other, and set before it */
};

/* A bit for each option that this system does not know: asked once, not for each connection. */
static LONG unknown;

bool apply_knows(enum setting_id id)
{
    for (int i = 0; i < OPTIONS; i++)
        if (options[i].setting == id)
            return true;
    return false;
}

enum setting_id apply_setting(int option, int32_t *unit)
{
    for (int i = 0; i < OPTIONS; i++)
        if (options[i].name == option) {
            *unit = options[i].unit;
            return options[i].setting;
        }
    return SETTING_COUNT;
}

static bool read_option(SOCKET s, const struct option *option, int32_t *value)
{
    DWORD number = 0;
    int size = sizeof number;
    if (getsockopt(s, IPPROTO_TCP, option->name, (char *)&number, &size))
        return false;
    int64_t scaled = (int64_t)number * option->unit;
    *value = scaled > INT32_MAX ? VALUE_OFF : (int32_t)scaled; /* TCP_MAXRT: all bits set is no bound */
    return true;
}

void apply_read(SOCKET s, struct socket_values *now)
{
    DWORD error = GetLastError();
    int on = 0, size = sizeof on; /* one byte of it is written */
    *now = apply_system;
    now->keepalive = !getsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &size) && on;
    for (int i = 0; i < OPTIONS; i++)
        read_option(s, &options[i], &now->value[options[i].setting]);
    SetLastError(error);
}

unsigned apply_readable(SOCKET s)
{
    DWORD error = GetLastError();
    unsigned readable = 0;
    int32_t ignored;
    for (int i = 0; i < OPTIONS; i++)
        if (read_option(s, &options[i], &ignored))
            readable |= 1u << options[i].setting;
    SetLastError(error);
    return readable;
}

/* Sets one option of its own; a system that does not know it is not asked again. */
static int set_option(SOCKET s, const struct plan *plan, enum which which)
{
    const struct option *option = &options[which];
    int32_t value = plan->value[option->setting];
    DWORD number = (DWORD)(value / option->unit + (value % option->unit != 0));
    if (unknown & 1 << which)
        return WSAENOPROTOOPT;
    if (!setsockopt(s, IPPROTO_TCP, option->name, (const char *)&number, sizeof number))
        return 0;
    int error = WSAGetLastError();
    if (error == WSAENOPROTOOPT)
        InterlockedOr(&unknown, 1 << which);
    return error;
}

static bool has(const struct plan *plan, enum setting_id id)
{
    return plan->set & 1u << id;
}

static bool count_is_fixed(SOCKET s)
{
    int32_t ignored;
    return unknown & 1 << PROBES || !read_option(s, &options[PROBES], &ignored);
}

/* Shortened where ten probes are fixed and fewer were planned; never lengthened, or a survive promise could break. */
static int32_t interval_of(SOCKET s, const struct plan *plan)
{
    int32_t interval = plan->value[SETTING_INTERVAL], probes = plan->value[SETTING_PROBES];
    if (value_leaves_alone(probes) || probes >= FIXED_PROBES || !count_is_fixed(s))
        return interval;
    int32_t shortened = (int32_t)((int64_t)interval * probes / FIXED_PROBES);
    return shortened ? shortened : 1;
}

/* What one of the two times is to be: as planned, or as it is. False when it is neither planned nor told. */
static bool time_of(SOCKET s, const struct plan *plan, enum which which, int32_t *time)
{
    enum setting_id id = options[which].setting;
    if (!has(plan, id))
        return read_option(s, &options[which], time);
    *time = which == INTERVAL ? interval_of(s, plan) : plan->value[id];
    return true;
}

struct tcp_keepalive apply_vals(SOCKET s, const struct plan *plan)
{
    DWORD error = GetLastError();
    const int32_t *system = apply_system.value, *value = plan->value;
    bool idle = !value_leaves_alone(value[SETTING_IDLE]), interval = !value_leaves_alone(value[SETTING_INTERVAL]);
    struct tcp_keepalive vals = {1, (ULONG)(idle ? value[SETTING_IDLE] : system[SETTING_IDLE]),
                                 (ULONG)(interval ? interval_of(s, plan) : system[SETTING_INTERVAL])};
    SetLastError(error);
    return vals;
}

void apply_tell(SOCKET s, struct plan *plan)
{
    DWORD error = GetLastError();
    int32_t interval = interval_of(s, plan);
    if (plan->covered && !value_leaves_alone(plan->value[SETTING_PROBES]) && count_is_fixed(s)) {
        plan->value[SETTING_INTERVAL] = interval;
        plan->value[SETTING_PROBES] = FIXED_PROBES;
    }
    SetLastError(error);
}

static int set_keepalive(SOCKET s, int on)
{
    return setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (const char *)&on, sizeof on) ? WSAGetLastError() : 0;
}

/*
 * Microsoft does not say that SO_KEEPALIVE reads as on afterwards, by which a socket is known as covered: it is
 * set as well.
 */
static int set_vals(SOCKET s, const struct plan *plan)
{
    struct tcp_keepalive vals = apply_vals(s, plan);
    DWORD size;
    if (WSAIoctl(s, SIO_KEEPALIVE_VALS, &vals, sizeof vals, NULL, 0, &size, NULL, NULL))
        return WSAGetLastError();
    return set_keepalive(s, 1);
}

/*
 * SIO_KEEPALIVE_VALS sets both times at once; one alone has an option of its own where the system is new enough. Where
 * it is not, the other goes in as it is; when nobody can tell what it is, both stay as they are.
 */
static int set_timing(SOCKET s, const struct plan *plan)
{
    bool idle = has(plan, SETTING_IDLE), interval = has(plan, SETTING_INTERVAL);
    struct plan both = *plan;
    if (idle && interval)
        return set_vals(s, plan);
    int error = plan->keepalive ? set_keepalive(s, 1) : 0;
    if (error || (!idle && !interval) || !set_option(s, plan, interval ? INTERVAL : IDLE))
        return error;
    if (!time_of(s, plan, IDLE, &both.value[SETTING_IDLE]) ||
        !time_of(s, plan, INTERVAL, &both.value[SETTING_INTERVAL]))
        return 0;
    both.value[SETTING_PROBES] = VALUE_UNSET; /* heeded already */
    return set_vals(s, &both);
}

static int set_bound(SOCKET s, const struct plan *plan)
{
    int error = set_option(s, plan, BOUND_MS);
    return error == WSAENOPROTOOPT ? set_option(s, plan, BOUND) : error;
}

int apply_plan(SOCKET s, const struct plan *plan)
{
    if (!plan->covered)
        return 0;
    DWORD before = GetLastError();
    int count = has(plan, SETTING_PROBES) ? set_option(s, plan, PROBES) : 0;
    int bound = has(plan, SETTING_USER_TIMEOUT) ? set_bound(s, plan) : 0;
    int timing = set_timing(s, plan);
    SetLastError(before);
    if (timing)
        return timing;
    return count && count != WSAENOPROTOOPT ? count : bound;
}

/* Keepalive goes off last: what sets times may switch it on. */
int apply_back(SOCKET s, const struct plan *plan)
{
    DWORD before = GetLastError();
    struct socket_values system = apply_system;
    struct plan back = *plan;
    SOCKET untouched = socket(AF_INET, SOCK_STREAM, 0);
    if (untouched != INVALID_SOCKET) {
        apply_read(untouched, &system);
        closesocket(untouched);
    }
    for (enum setting_id id = 0; id < OPTION_COUNT; id++)
        back.value[id] = system.value[id];
    int error = apply_plan(s, &back), off = set_keepalive(s, 0);
    SetLastError(before);
    return error ? error : off;
}
