/*
 * command: the subcommands of tcpalive.exe. Each gets the whole command line, whose second word is its name, and
 * returns the exit code.
 */
#ifndef WINHOOK_COMMAND_H
#define WINHOOK_COMMAND_H

#include "command_line.h"

int run_main(const struct command_line *line);
int explain_main(const struct command_line *line);
int check_main(const struct command_line *line);
int list_main(const struct command_line *line);
int attach_main(const struct command_line *line);
int measure_main(const struct command_line *line);

/* For ourselves: reaches processes of the other word size. */
int inject_main(const struct command_line *line);

#endif
