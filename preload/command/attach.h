/*
 * attach: `tcpalive attach [settings] [--tree] [--port PORT] [--all] [--verbose] [--watch] PID...`, the
 * policy on the sockets of running programs.
 *
 * Called by main. The programs are never stopped and nothing is put into them; see sockets. Listeners are set
 * too, so that what they accept later inherits.
 */
#ifndef PRELOAD_COMMAND_ATTACH_H
#define PRELOAD_COMMAND_ATTACH_H

/* argv[0] is "attach". 0, 1 when a socket could not be set or a process not be looked into, 125 for wrong
 * usage. */
int attach_main(int argc, char **argv);

#endif
