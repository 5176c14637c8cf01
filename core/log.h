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

/* A connection that the system ended by itself, as it was last seen. */
struct log_ending {
    const char *program;
    int64_t pid, fd;
    struct address peer;
    uint16_t port;
    bool by_bound;       /* with data unanswered, by the user timeout; else by keepalive */
    int64_t silence;     /* milliseconds since the peer last answered anything */
    uint32_t unanswered; /* probes, or with `by_bound` times that the data was sent again */
};

/*
 * Adds the whole line: `tcpalive: 10.0.0.1:5432 of 71 psql fd 5: ended by keepalive, no answer for 6s, 3 probes
 * unanswered`; `ended by its user timeout, no answer for 6s, data sent again 4 times`.
 */
void log_end(struct text *text, const struct log_ending *ending);

/* Adds the whole line on an option that the system refused: `tcpalive: fd 5: the system refused an option: error 1`. */
void log_refusal(struct text *text, int64_t fd, int error);

#endif
