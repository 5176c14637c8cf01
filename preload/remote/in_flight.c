#include "preload/remote/in_flight.h"
#include "core/listing_row.h"
#include "preload/apply.h"
#include "preload/remote/cover.h"
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

/* In which a connection may have data of ours on its way. */
enum {
    DATA_STATES = 1 << LISTING_ESTABLISHED | 1 << LISTING_FIN_WAIT1 | 1 << LISTING_CLOSE_WAIT | 1 << LISTING_LAST_ACK |
                  1 << LISTING_CLOSING
};

/*
 * The peer's window is told since Linux 5.4; before, a probe while something waits to be sent says that it is closed.
 */
static bool window_is_closed(const struct tcp_info *info, socklen_t length)
{
    if (length >= offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof info->tcpi_snd_wnd)
        return info->tcpi_snd_wnd == 0;
    return info->tcpi_probes && !info->tcpi_unacked;
}

static bool read_flight(int fd, struct flight *now)
{
    struct tcp_info info;
    int user_timeout = 0;
    socklen_t length = sizeof info, short_length = sizeof user_timeout;
    memset(&info, 0, sizeof info);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0 ||
        getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, &short_length) != 0)
        return false;
    *now = (struct flight){
        .established = DATA_STATES >> info.tcpi_state & 1,
        .unanswered = info.tcpi_unacked,
        .probes = info.tcpi_notsent_bytes || !info.tcpi_unacked ? info.tcpi_probes : 0,
        .window_closed = window_is_closed(&info, length),
        .silence = info.tcpi_last_ack_recv,
        .user_timeout = user_timeout,
    };
    return true;
}

enum flight_verdict in_flight_look(const struct policy *policy, const struct plan *plan, int fd)
{
    const struct profile *profile = plan->rule >= 0 ? &policy->rule[plan->rule].profile : &policy->plain;
    struct flight now;
    int32_t bound;
    if (!plan->covered || !profile_detects_in_flight(profile) || !read_flight(fd, &now))
        return FLIGHT_LEAVE;
    enum flight_verdict verdict = flight_judge(&now, profile->detect, &bound);
    int value = verdict == FLIGHT_BOUND ? bound : 0;
    if (verdict != FLIGHT_LEAVE)
        cover_setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &value, sizeof value, APPLY_MARK);
    return verdict;
}

void in_flight_release(int fd)
{
    struct flight now;
    const int none = 0;
    int32_t bound;
    if (!read_flight(fd, &now))
        return;
    now.established = false; /* as if answers had come */
    if (flight_judge(&now, 0, &bound) == FLIGHT_RELEASE)
        cover_setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &none, sizeof none, APPLY_MARK);
}
