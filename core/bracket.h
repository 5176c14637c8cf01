/*
 * bracket: which silences to try on a path, and what the answers come to.
 *
 * Used by measure on both systems. Each trial is one connection that stays silent for a time of its own; what became of
 * it is put in by the caller, and this says how long the path remembers, what to try next and when that is enough. It
 * opens nothing and reads no clock. Times are milliseconds.
 */
#ifndef CORE_BRACKET_H
#define CORE_BRACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum trial_outcome {
    TRIAL_WAITS,
    TRIAL_HELD,     /* the path knew the connection after its silence */
    TRIAL_DROPPED,  /* no answer */
    TRIAL_RESET,    /* reset, by the path or the peer */
    TRIAL_CLOSED,   /* closed by the peer, in order */
    TRIAL_REFUSED,  /* no such connection to be had, or not for long while others stayed: no answer about silence */
    TRIAL_NEEDLESS, /* ended by us before it was due: the answer was known */
    TRIAL_TALKED,   /* one side kept talking: no silence, no answer */
    TRIAL_OUTCOMES
};

struct trial {
    int32_t silence; /* wanted */
    int32_t lost_at; /* silence after which it was lost; less than wanted where closed or reset before its probe */
    enum trial_outcome outcome;
    enum trial_outcome
        later;      /* of one that held: TRIAL_HELD while its further probes are answered, or how it was lost */
    int32_t proved; /* its age at the last answered probe */
    bool unprobed;  /* it was lost before anything was sent: somebody's timer ended it */
    bool kept;      /* spoken to after `silence`, but probed meanwhile: it is there to show whether probes help */
    bool begun;     /* by us ... */
    bool ended;     /* ... and no more is to be learned */
};

enum answer { ANSWER_UNKNOWN, ANSWER_PENDING, ANSWER_NO, ANSWER_YES };

enum { BRACKET_NONE = -1 };

struct bracket {
    int32_t remembers;         /* longest silence that held, or BRACKET_NONE */
    int32_t forgets;           /* shortest that was lost, or BRACKET_NONE */
    int32_t doubtful;          /* a loss that no second one confirms, or BRACKET_NONE */
    enum trial_outcome cause;  /* of `forgets`, else TRIAL_HELD */
    bool unprobed;             /* the cause came before any probe */
    enum answer probes_help;   /* do connections that are probed more often outlive the limit? */
    unsigned waiting, refused; /* how many trials */
    int32_t longest_waiting;   /* silence */
    bool settled; /* nothing that is still open can change this, but for `probes_help` where that is pending */
};

/*
 * One lost packet is no limit: a loss counts when nothing longer held and a second trial, as long or longer, was lost
 * too. A trial lost within half of `from` while others stayed is told as TRIAL_REFUSED.
 */
void bracket_find(struct trial *trials, size_t count, int32_t from, struct bracket *bracket);

struct bracket_bounds {
    int32_t from, up_to;  /* shortest and longest silence to try */
    int32_t precision;    /* how wide the answer may be; 0: a fifth of it, the least is `grain` */
    int32_t grain;        /* silences are multiples of it */
    uint16_t connections; /* at once */
};

enum { BRACKET_CONNECTIONS_MAX = 64 };

/*
 * The silences to try next, at most bounds->connections, written in an order of which every beginning spreads over the
 * whole: a service may take only so many. First from `from` to `up_to`, neighbours differing by a fifth where that many
 * are allowed; then between what held and what was lost. Returns how many; 0 when the answer is as close as it can be.
 */
size_t bracket_next(const struct bracket *bracket, bool first, const struct bracket_bounds *bounds,
                    int32_t silences[BRACKET_CONNECTIONS_MAX]);

/* The value for `survive` that this path needs, or BRACKET_NONE where probes do not help or nothing can be promised. */
int32_t bracket_survive(const struct bracket *bracket);

#endif
