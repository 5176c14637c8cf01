/*
 * list: `tcpalive list [--pid PID] [--port PORT] [--json] [--watch]`, every TCP socket and its real keepalive
 * values.
 *
 * Called by main. It shows what the caller may see, says on stderr how much that was not, and changes
 * nothing.
 */
#ifndef PRELOAD_COMMAND_LIST_H
#define PRELOAD_COMMAND_LIST_H

/* argv[0] is "list". 0, 1 when a process asked for by --pid could not be looked into, 125 for wrong usage. */
int list_main(int argc, char **argv);

#endif
