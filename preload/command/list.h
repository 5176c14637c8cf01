/*
 * list: `tcpalive list [--pid PID] [--port PORTS] [--program NAMES] [--off] [--json | --openmetrics] [--watch]
 * [--anyway]`, every TCP socket and its real keepalive values.
 *
 * It shows what the caller may see, and of the rest what the kernel shows to anybody. It changes nothing; --anyway
 * alone may, see network_class.h.
 */
#ifndef PRELOAD_COMMAND_LIST_H
#define PRELOAD_COMMAND_LIST_H

/*
 * argv[0] is "list". 0, 1 when a process asked for by --pid could not be looked into, 125 for wrong usage and for
 * output that cannot be written.
 */
int list_main(int argc, char **argv);

#endif
