/*
 * clients: the user's own program, started once a silence, and the connections that it makes, watched from outside.
 *
 * Called by measure. Each runs under the policy with an idle time of its own by `tcpalive run`, standard input held
 * open, output put away. It says nothing while the measurement runs; what programs that ended by themselves had to say
 * is shown after.
 */
#ifndef PRELOAD_MEASURE_CLIENTS_H
#define PRELOAD_MEASURE_CLIENTS_H

#include "core/text.h"

/*
 * On stderr: programs that ended by themselves before their answer was known, and what they wrote, once each wording.
 */
void clients_show_ended(text_say *say);

#endif
