/*
 * stray: a variable that begins with TCPALIVE_ and is no setting: a slip of the pen that would otherwise leave the
 * default in force without a word.
 *
 * Asked by the libraries and the commands for each entry of an environment.
 */
#ifndef CORE_STRAY_H
#define CORE_STRAY_H

#include "text.h"

/*
 * `entry` is NAME=VALUE as an environment has it. When the name begins with TCPALIVE_ and is no setting's, adds the
 * whole line, `tcpalive: TCPALIVE_SURVIVES: no such setting; did you mean TCPALIVE_SURVIVE?`, and returns true.
 */
bool stray_variable(const char *entry, struct text *line);

#endif
