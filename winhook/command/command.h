/*
 * command: the subcommands of tcpalive.exe; each gets the command line and the place behind its own name, and
 * returns the exit code.
 */
#ifndef WINHOOK_COMMAND_H
#define WINHOOK_COMMAND_H

#include "arguments.h"

int command_run(const struct arguments *arguments, int at);
int command_explain(const struct arguments *arguments, int at);
int command_check(const struct arguments *arguments, int at);
int command_list(const struct arguments *arguments, int at);
int command_attach(const struct arguments *arguments, int at);
int command_measure(const struct arguments *arguments, int at);
int command_inject(const struct arguments *arguments, int at);

#endif
