#include "report_socket.h"
#include "core/log.h"
#include "report.h"
#include "winhook/facts.h"

void report_plan(SOCKET s, const struct facts *facts, const struct plan *plan)
{
    char line[512];
    struct text text = text_in(line, sizeof line);
    if (!report_wants(log_level_of(facts)))
        return;
    log_connection(&text, facts, plan, (int64_t)s);
    report_line(log_level_of(facts), line);
}

void report_answer(enum mode mode, SOCKET s, const char *call, enum setting_id id, int32_t asked, int32_t stands)
{
    char line[256];
    struct text text = text_in(line, sizeof line);
    if (!report_wants(LEVEL_DEBUG) || asked == stands)
        return;
    log_answer(&text, mode, (int64_t)s, call, id, asked, stands);
    report_line(LEVEL_DEBUG, line);
}

bool report_is_news(int error)
{
    return error && error != WSAENOPROTOOPT && error != WSAENOTSOCK && error != WSAEOPNOTSUPP && error != WSAEINVAL &&
           error != WSAENOTCONN && error != WSAESHUTDOWN && !(error >= WSAENETDOWN && error <= WSAECONNRESET) &&
           error != WSAETIMEDOUT && error != WSAECONNREFUSED && error != WSAEHOSTDOWN && error != WSAEHOSTUNREACH;
}

void report_refusal(SOCKET s, int error)
{
    static LONG reported;
    char line[128];
    struct text text = text_in(line, sizeof line);
    if ((!report_is_news(error) && !(error && report_wants(LEVEL_DEBUG))) || !facts_is_tcp(s) ||
        InterlockedExchange(&reported, 1))
        return;
    log_refusal(&text, (int64_t)s, error);
    report_line(report_is_news(error) ? LEVEL_ERROR : LEVEL_DEBUG, line);
}
