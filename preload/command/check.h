/*
 * check: `tcpalive check [--json] [--] PROGRAM...`, which methods reach a program and which one run would take.
 *
 * It runs nothing.
 */
#ifndef PRELOAD_COMMAND_CHECK_H
#define PRELOAD_COMMAND_CHECK_H

/*
 * argv[0] is "check". 0 when run can reach all programs, 1 when it cannot reach one, 127 one is not found, 126 cannot
 * be executed, 125 wrong usage.
 */
int check_main(int argc, char **argv);

#endif
