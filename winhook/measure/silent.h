/*
 * silent: connections of our own that stay silent, for measure.
 *
 * Windows does not tell of answered probes: a connection whose silence is over and that still stands when its
 * unanswered probes would have ended it was remembered. In the far direction it asks the serving end to speak, and what
 * arrives is the answer. Times are milliseconds.
 */
#ifndef WINHOOK_MEASURE_SILENT_H
#define WINHOOK_MEASURE_SILENT_H

#include "core/measurement.h"
#include "peer.h"

struct silent {
    SOCKET s; /* INVALID_SOCKET: none */
    bool connected, asked;
    ULONGLONG began, quiet_since;
};

/* Begins a connection that is probed first after `idle`; 0: never. 0, or a Winsock error of this machine's own. */
int silent_open(struct silent *silent, const struct peer *peer, int32_t idle);

/*
 * Bring the trial up to date, and close what is lost: one that stays silent, one that is spoken to after its silence.
 */
void silent_look(struct silent *silent, struct trial *trial);
void silent_look_spoken(struct silent *silent, struct trial *trial);

void silent_close(struct silent *silent);

#endif
