/*
 * run: `tcpalive run [settings] [--method METHOD] [--strict] [--] PROGRAM [ARG...]`.
 *
 * Called by main. It becomes the program: same process, so that exit status and signals are the program's own.
 */
#ifndef PRELOAD_COMMAND_RUN_H
#define PRELOAD_COMMAND_RUN_H

/*
 * argv[0] is "run". Returns only when the program was not started: 125 for a wrong setting, wrong usage or a refusal by
 * --strict, 126 when the program cannot be executed, 127 when it is not found.
 */
int run_main(int argc, char **argv);

#endif
