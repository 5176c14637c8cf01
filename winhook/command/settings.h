/*
 * settings: the policy of a command, from its flags and the environment.
 *
 * What is wrong gets one line each on stderr.
 */
#ifndef WINHOOK_COMMAND_SETTINGS_H
#define WINHOOK_COMMAND_SETTINGS_H

#include "core/flags.h"
#include "core/policy.h"

/*
 * Reads the policy from flags and this process's environment. False after it said what is wrong: the command then
 * ends with EXIT_OURS.
 */
bool settings_read(struct policy *policy, const struct flags *flags);

/*
 * Puts the flags into this process's environment, for whatever it starts, and TCPALIVE itself when it is not there.
 * False after it said why it cannot.
 */
bool settings_export(const struct flags *flags);

#endif
