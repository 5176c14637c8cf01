/*
 * report_socket: the lines about sockets that the log wants.
 *
 * It changes nothing; each function leaves the thread's last error as it found it.
 */
#ifndef WINHOOK_REPORT_SOCKET_H
#define WINHOOK_REPORT_SOCKET_H

#include "core/plan.h"
#include <winsock2.h>

/* What a socket was given, and from LEVEL_DEBUG on which rule decided. */
void report_plan(SOCKET s, const struct facts *facts, const struct plan *plan);

/* What the program asked by its `call`, and what stands, in core's units. */
void report_answer(enum mode mode, SOCKET s, const char *call, enum setting_id id, int32_t asked, int32_t stands);

/*
 * An option that this Windows lacks is no news; nor is a socket that is none, is gone, is just being connected, or has
 * lost its peer.
 */
bool report_is_news(int error);

/* The system refused an option: a Winsock error, or 0 for none. Once a process. */
void report_refusal(SOCKET s, int error);

#endif
