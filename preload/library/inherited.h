/*
 * inherited: sockets from elsewhere that are open when the program begins: inetd's descriptors 0 to 2, systemd's
 * LISTEN_FDS, what was open across exec.
 *
 * Used by start. Every process pays for it, so that it is made of the cheapest calls that leave nothing out: a look
 * into /proc alone takes longer than all the rest of the library's start.
 */
#ifndef PRELOAD_LIBRARY_INHERITED_H
#define PRELOAD_LIBRARY_INHERITED_H

#include "core/policy.h"
#include "preload/report.h"

/* Puts them under the policy. */
void inherited_sweep(const struct policy *policy, enum report_stderr on_stderr);

#endif
