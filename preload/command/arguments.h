/*
 * arguments: the options that one command alone has, `--pid 5` or `--pid=5`.
 *
 * They stand beside core's flags, which knows the settings.
 */
#ifndef PRELOAD_COMMAND_ARGUMENTS_H
#define PRELOAD_COMMAND_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

/* Is argv[*at] the option `name` with a value? Then *at is moved behind it; *value is "" when it is missing.
 */
bool argument_value(int argc, char *const argv[], int *at, const char *name, const char **value);

/* Is argv[*at] this word? Then *at is moved behind it. */
bool argument_word(char *const argv[], int *at, const char *name);

/* 1..65535. */
bool argument_port(const char *text, uint16_t *port);

#endif
