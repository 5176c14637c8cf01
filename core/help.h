/*
 * help: the settings as `--help` and the man page's table show them.
 */
#ifndef CORE_HELP_H
#define CORE_HELP_H

#include "setting.h"

/* Adds a line or two for each setting: flag, argument, what it is, its default. `system_log` is the word for the system's own
 * log: `syslog`, on Windows `debugger`. */
void help_write_settings(struct text *text, const char *system_log);

#endif
