/*
 * settings: the policy of a command, from its flags and the environment.
 *
 * Used by every command that takes settings. What is wrong gets one line each on stderr.
 */
#ifndef PRELOAD_COMMAND_SETTINGS_H
#define PRELOAD_COMMAND_SETTINGS_H

#include "core/flags.h"
#include "core/policy.h"

/* False after it said what is wrong: the command then ends with 125. */
bool settings_read(struct policy *policy, const struct flags *flags);

#endif
