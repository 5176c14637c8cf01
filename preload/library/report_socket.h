/*
 * report_socket: the lines about sockets that the log wants.
 *
 * Asks the kernel where a line should say what it holds; changes nothing but errno.
 */
#ifndef PRELOAD_LIBRARY_REPORT_SOCKET_H
#define PRELOAD_LIBRARY_REPORT_SOCKET_H

#include "core/plan.h"

/* What a socket was given, and from LEVEL_DEBUG on which rule decided. */
void report_plan(const struct policy *policy, const struct facts *facts, const struct plan *plan, int fd);

/* What the program asked of an option (a setting_id or APPLY_KEEPALIVE) and what stands, in core's units. */
void report_answer(enum mode mode, int fd, int option, int32_t asked, int32_t stands);

/* The kernel refused an option: an errno, or 0 for none. */
void report_refusal(int fd, int error);

#endif
