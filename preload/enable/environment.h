/*
 * environment: what a unit's own Environment= and EnvironmentFile= give a variable, as systemd.exec(5) reads them.
 *
 * It reads files as root, as systemd does, and changes nothing.
 */
#ifndef PRELOAD_ENABLE_ENVIRONMENT_H
#define PRELOAD_ENABLE_ENVIRONMENT_H

#include "preload/enable/unit.h"
#include <stddef.h>

/* The last value that a file of this content gives the variable; false where it gives none. Longer ones are cut. */
bool environment_file_find(const char *content, const char *name, char *value, size_t size);

/*
 * The variable's value in the unit, files last, `except` left out; false where it has none. *from_file: a file gave it,
 * which what Environment= says could not change.
 */
bool environment_find(const struct unit *unit, const char *name, const char *except, char value[UNIT_TEXT_SIZE],
                      bool *from_file);

/* Does UnsetEnvironment= take the variable away, whoever gave it? */
bool environment_unsets(const struct unit *unit, const char *name);

#endif
