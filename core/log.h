/*
 * log: the lines that TCPALIVE_LOG=info and debug ask for.
 *
 * Built here for both systems' libraries; where they go is those libraries' business.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include "plan.h"

/* A connection's line is wanted at LEVEL_INFO; what leads up to it, a socket made or a listener, at LEVEL_DEBUG. */
enum level log_level_of(const struct facts *facts);

/* Adds the whole line: `tcpalive: connect 10.0.0.1:5432 fd 5: idle 30s, interval 10s, probes 3 (rule 1)`. */
void log_connection(struct text *text, const struct facts *facts, const struct plan *plan, int64_t fd);

/* Adds the whole line on why: `tcpalive: fd 5: rule 1 decides, connect *:5432; mode enforce`. */
void log_decision(struct text *text, const struct policy *policy, const struct plan *plan, int64_t fd);

/* Adds the whole line on the program's own call: `tcpalive: fd 5: TCP_KEEPIDLE 15s asked, 1m stands (enforce)`. */
void log_answer(struct text *text, enum mode mode, int64_t fd, const char *option, enum setting_id id, int32_t asked,
                int32_t stands);

/* Adds the whole line on an option that the system refused: `tcpalive: fd 5: the system refused an option: error 1`. */
void log_refusal(struct text *text, int64_t fd, int error);

#endif
