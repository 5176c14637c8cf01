#include "preload/library/report_socket.h"
#include "core/log.h"
#include "preload/apply.h"
#include "preload/report.h"
#include <errno.h>

static bool refusal_was_reported; /* by this process */

void report_plan(const struct policy *policy, const struct facts *facts, const struct plan *plan, int fd)
{
    char line[512];
    struct text text = text_in(line, sizeof line);
    struct plan now = *plan;
    if (!report_wants(log_level_of(facts)))
        return;
    apply_tell(fd, &now);
    log_connection(&text, facts, &now, fd);
    report(log_level_of(facts), line);
    if (!report_wants(LEVEL_DEBUG) || plan->waiting)
        return;
    text = text_in(line, sizeof line);
    log_decision(&text, policy, plan, fd);
    report(LEVEL_DEBUG, line);
}

void report_answer(enum mode mode, int fd, int option, int32_t asked, int32_t stands)
{
    static const char names[][17] = {"TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT"};
    bool keepalive = option == APPLY_KEEPALIVE;
    char line[256];
    struct text text = text_in(line, sizeof line);
    if (!report_wants(LEVEL_DEBUG))
        return;
    log_answer(&text, mode, fd, keepalive ? "SO_KEEPALIVE" : names[option],
               keepalive ? SETTING_FOLLOW : (enum setting_id)option, asked, stands);
    report(LEVEL_DEBUG, line);
}

/* Once a process: a program that forbids an option forbids it for every connection. MPTCP merely lacks one. */
void report_refusal(int fd, int error)
{
    char line[128];
    struct text text = text_in(line, sizeof line);
    if (error <= 0 || error == ENOPROTOOPT || __atomic_load_n(&refusal_was_reported, __ATOMIC_RELAXED))
        return;
    log_refusal(&text, fd, error);
    if (report(LEVEL_ERROR, line))
        __atomic_store_n(&refusal_was_reported, true, __ATOMIC_RELAXED);
}
