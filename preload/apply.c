#include "preload/apply.h"
#include "preload/facts.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

/* By setting_id: which option it is, and how many of core's units make one of the kernel's. */
static const struct {
    int name;
    int32_t unit;
} options[OPTION_COUNT] = {
    [SETTING_IDLE] = {TCP_KEEPIDLE, 1000}, [SETTING_INTERVAL] = {TCP_KEEPINTVL, 1000},
    [SETTING_PROBES] = {TCP_KEEPCNT, 1},   [SETTING_USER_TIMEOUT] = {TCP_USER_TIMEOUT, 1},
    [SETTING_SYNCNT] = {TCP_SYNCNT, 1},    [SETTING_DEFER_ACCEPT] = {TCP_DEFER_ACCEPT, 1000},
    [SETTING_MAXSEG] = {TCP_MAXSEG, 1},    [SETTING_WINDOW_CLAMP] = {TCP_WINDOW_CLAMP, 1},
};

int32_t apply_to_core(enum setting_id id, int kernel_value)
{
    int64_t value = (int64_t)kernel_value * options[id].unit;
    return value > INT32_MAX ? INT32_MAX : (int32_t)value;
}

int apply_to_kernel(enum setting_id id, int32_t value)
{
    return (int)(((int64_t)value + options[id].unit - 1) / options[id].unit);
}

int apply_option(int level, int name)
{
    if (level == SOL_SOCKET)
        return name == SO_KEEPALIVE ? APPLY_KEEPALIVE : SETTING_COUNT;
    for (int id = 0; level == IPPROTO_TCP && id < OPTION_COUNT; id++)
        if (options[id].name == name)
            return id;
    return SETTING_COUNT;
}

int apply_name(enum setting_id id)
{
    return options[id].name;
}

bool apply_takes(int option, int kernel_value)
{
    enum setting_id id = (enum setting_id)option;
    if (option == APPLY_KEEPALIVE)
        return true;
    return kernel_value >= (id == SETTING_USER_TIMEOUT ? 0 : 1) &&
           kernel_value <= apply_to_kernel(id, settings[id].high);
}

void apply_prepare(const struct plan *plan, struct apply_steps *steps)
{
    steps->count = 0;
    for (enum setting_id id = 0; id < OPTION_COUNT; id++)
        if (plan->set & 1u << id)
            steps->step[steps->count++] =
                (struct apply_step){IPPROTO_TCP, options[id].name, apply_to_kernel(id, plan->value[id])};
    if (plan->keepalive)
        steps->step[steps->count++] = (struct apply_step){SOL_SOCKET, SO_KEEPALIVE, 1};
}

int apply_steps(const struct apply_steps *steps, int fd, bool surely_tcp, apply_setsockopt *set)
{
    int first_error = 0;
    for (const struct apply_step *step = steps->step; step < steps->step + steps->count; step++) {
        /* Keepalive alone would be taken by other sockets too; an option of TCP only by TCP. */
        if (step->level == SOL_SOCKET && !surely_tcp && !facts_is_tcp(fd))
            return APPLY_NO_TCP;
        if (apply_step(step, fd, set) == 0) {
            surely_tcp = true;
            continue;
        }
        int error = errno;
        if (!surely_tcp && !(surely_tcp = facts_is_tcp(fd)))
            return APPLY_NO_TCP;
        first_error = first_error ? first_error : error;
    }
    return first_error;
}

int apply_plan(const struct plan *plan, int fd, bool surely_tcp, apply_setsockopt *set)
{
    struct apply_steps steps;
    apply_prepare(plan, &steps);
    return apply_steps(&steps, fd, surely_tcp, set);
}

int apply_keepalive_off(int fd, apply_setsockopt *set)
{
    const int off = 0;
    return set(fd, SOL_SOCKET, SO_KEEPALIVE, &off, sizeof off, APPLY_MARK) == 0 ? 0 : errno;
}

static bool read_int(int fd, int level, int name, int *value)
{
    socklen_t length = sizeof *value;
    return getsockopt(fd, level, name, value, &length) == 0;
}

bool apply_read(int fd, struct socket_values *values)
{
    int value = 0;
    values->said = values->said_off = 0;
    for (enum setting_id id = 0; id < OPTION_COUNT; id++)
        values->value[id] = VALUE_UNSET;
    if (!read_int(fd, SOL_SOCKET, SO_KEEPALIVE, &value))
        return false;
    values->keepalive = value;
    for (enum setting_id id = SETTING_IDLE; id < KEEPALIVE_COUNT; id++)
        if (read_int(fd, IPPROTO_TCP, options[id].name, &value))
            values->value[id] = apply_to_core(id, value);
        else if (id != SETTING_USER_TIMEOUT) /* MPTCP has none */
            return false;
    return true;
}

void apply_tell(int fd, struct plan *plan)
{
    struct socket_values now;
    if (!plan->covered || !apply_read(fd, &now))
        return;
    plan->covered = now.keepalive;
    for (enum setting_id id = 0; id < KEEPALIVE_COUNT; id++)
        if (!value_leaves_alone(plan->value[id]))
            plan->value[id] = now.value[id];
}

void apply_read_system(int untouched, struct socket_values *values)
{
    if (!apply_read(untouched, values))
        *values = (struct socket_values){.value = {7200000, 75000, 9, VALUE_OFF}};
}
