/*
 * settings: the policy of a command, from its flags and the environment.
 *
 * What is wrong gets one line each on stderr.
 */
#ifndef PRELOAD_COMMAND_SETTINGS_H
#define PRELOAD_COMMAND_SETTINGS_H

#include "core/flags.h"
#include "core/policy.h"

/*
 * False after it said what is wrong: the command then ends with EXIT_OURS. Variables that begin with TCPALIVE_ and are
 * no settings get a line too, but are nothing wrong.
 */
bool settings_read(struct policy *policy, const struct flags *flags);

/* Did settings_read() meet such a variable? */
bool settings_has_stray(void);

/* Puts the flags into the environment, for the library in the program that we become. False when there is no memory. */
bool settings_export(const struct flags *flags);

#endif
