/*
 * apply: a plan onto one descriptor. The only place on Linux that sets a socket option.
 *
 * It decides nothing, and leaves errno as its calls do: callers in a guest's role save it.
 */
#ifndef PRELOAD_APPLY_H
#define PRELOAD_APPLY_H

#include "core/plan.h"
#include <sys/socket.h>

/*
 * setsockopt(2) with what it has no parameter for: a sixth argument, which the kernel does not read and the
 * supervisor's filter does: a marked call is no call of the program's. glibc's function leaves it in the register where
 * the kernel's sixth would stand; where another C library or an interposer does not, the call goes by way of the
 * supervisor, which sets the same.
 */
enum { APPLY_MARK = 0x7463616c };
/*
 * The same place, for a supervisor that looks at the process again and again: it is there. See
 * preload/library/announce.h.
 */
enum { APPLY_MARK_PROCESS = 0x7463616d };
typedef int apply_setsockopt(int fd, int level, int name, const void *value, socklen_t length, long mark);

/* The kernel's unit of idle and interval, in milliseconds: tcp(7). */
enum { APPLY_GRAIN = 1000 };

/* A plan in the kernel's own terms, one system call a step, keepalive itself last. */
struct apply_steps {
    struct apply_step {
        int level, name, value;
    } step[OPTION_COUNT + 1];
    unsigned count;
};

void apply_prepare(const struct plan *plan, struct apply_steps *steps);

static inline __attribute__((always_inline)) int apply_step(const struct apply_step *step, int fd,
                                                            apply_setsockopt *set)
{
    return set(fd, step->level, step->name, &step->value, sizeof step->value, APPLY_MARK);
}

/*
 * Takes the steps. `surely_tcp` false: a descriptor that turns out to be no TCP socket stays untouched and APPLY_NO_TCP
 * is returned. Else 0, or the errno of the first option that the kernel refused; the others are set.
 */
enum { APPLY_NO_TCP = -1 };
int apply_steps(const struct apply_steps *steps, int fd, bool surely_tcp, apply_setsockopt *set);

/* apply_prepare() and apply_steps() in one call. */
int apply_plan(const struct plan *plan, int fd, bool surely_tcp, apply_setsockopt *set);

/* Switches keepalive off again. 0 or an errno. */
int apply_keepalive_off(int fd, apply_setsockopt *set);

/*
 * The option behind a setsockopt call: a setting, APPLY_KEEPALIVE, or SETTING_COUNT for none that a policy speaks of.
 */
enum { APPLY_KEEPALIVE = SETTING_COUNT + 1 };
int apply_option(int level, int name);

/* The other way round: the name under IPPROTO_TCP of a setting's option. */
int apply_name(enum setting_id id);

/* Is it one that a program may have set itself to keep its connections alive, or to bound them? */
static inline bool apply_is_programs_own(int option)
{
    return option < (int)KEEPALIVE_COUNT || option == APPLY_KEEPALIVE;
}

/* Does the kernel take this value for one of those (tcp(7))? What it refuses changes nothing. */
bool apply_takes(int option, int kernel_value);

/* One option between its own unit and core's: seconds and milliseconds; counts and bytes are the same in both. */
int32_t apply_to_core(enum setting_id id, int kernel_value);
int apply_to_kernel(enum setting_id id, int32_t value);

/* Reads what the kernel has. False, with errno, when the descriptor does not answer. */
bool apply_read(int fd, struct socket_values *values);

/*
 * Puts what the kernel holds in the end into the plan that was applied: a mode may have left an option to the program,
 * a filter may have refused it.
 */
void apply_tell(int fd, struct plan *plan);

/*
 * What this network namespace gives to a socket that nobody has touched, read from `untouched`, a fresh TCP socket of
 * the caller's; tcp(7)'s defaults when that is no descriptor.
 */
void apply_read_system(int untouched, struct socket_values *values);

#endif
