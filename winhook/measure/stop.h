/*
 * stop: Ctrl-C, Ctrl-Break, and the end of the console or the session, as a question that measure asks now and then.
 *
 * Used by measure and its serving end, which then print what they know and end.
 */
#ifndef WINHOOK_MEASURE_STOP_H
#define WINHOOK_MEASURE_STOP_H

#include <stdbool.h>

void stop_begin(void);
bool stop_asked(void);

#endif
