/*
 * list_hidden: how much an ordinary user could not be shown.
 *
 * Used by list. It only counts and says it in one line on stderr.
 */
#ifndef PRELOAD_COMMAND_LIST_HIDDEN_H
#define PRELOAD_COMMAND_LIST_HIDDEN_H

#include "preload/remote/rows.h"

/*
 * Says how many processes there were, and counts the TCP sockets on `port` (0: any) of this network namespace
 * (proc_pid_net(5), tcp) that a process holds and that are not in `rows`. Nothing when there is none.
 */
void list_hidden_say(unsigned processes, const struct rows *rows, uint16_t port);

#endif
