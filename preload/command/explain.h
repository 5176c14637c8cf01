/*
 * explain: `tcpalive explain [settings] [--json]`.
 *
 * Called by main. It prints what core's explain makes of the policy and of this system's own values;
 * it changes nothing.
 */
#ifndef PRELOAD_COMMAND_EXPLAIN_H
#define PRELOAD_COMMAND_EXPLAIN_H

/* argv[0] is "explain". 0, or 125 for a wrong setting or wrong usage. */
int explain_main(int argc, char **argv);

#endif
