/*
 * attach: `tcpalive attach [settings] [--tree] [--port PORTS] [--program NAMES] [--unit UNIT] [--all]
 * [--dry-run] [--undo] [--verbose] [--watch] [--anyway] [PID...]`, the policy on the sockets of running
 * programs.
 *
 * The programs are never stopped and nothing is put into them. Listeners are set too, so that what they
 * accept later inherits.
 */
#ifndef PRELOAD_COMMAND_ATTACH_H
#define PRELOAD_COMMAND_ATTACH_H

/* argv[0] is "attach". 0, 1 when a socket could not be set or a process not be looked into, 125 for wrong usage. */
int attach_main(int argc, char **argv);

#endif
