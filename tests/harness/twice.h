/*
 * The same run of the probe twice, without tcpalive and with it, looked at from outside both times. Tests of
 * the hooks call it. What a run looks like to the program must not differ at all; what the kernel holds must.
 */
#ifndef TESTS_HARNESS_TWICE_H
#define TESTS_HARNESS_TWICE_H

#include "child.h"
#include "oracle.h"

enum { TWICE_SOCKETS = 32, TWICE_DESCRIPTORS = 8 };

/* What a test hands to the probe: made anew for each of the two runs, closed after each. */
struct twice_stage {
    struct child_descriptor given[TWICE_DESCRIPTORS + 1]; /* ended by {-1, -1} */
    int own[TWICE_DESCRIPTORS];                           /* only kept open for the length of the run */
    size_t given_count, own_count;
};
void twice_give(struct twice_stage *stage, int fd, int number);
void twice_keep(struct twice_stage *stage, int fd);

struct twice_plan {
    const char *probe;       /* the probe's arguments, separated by spaces */
    const char *environment; /* NAME=value, separated by newlines; NULL: none. In force in both runs. */
    void (*stage)(struct twice_stage *stage); /* NULL: nothing is handed over */
    const char *before, *behind; /* other preloads, in front of the library and behind it, in both runs; NULL: none */
};

struct twice_look {
    char *transcript, *errors; /* all that the probe printed, and what came on its stderr */
    size_t count;
    struct {
        char name[32];
        struct oracle_socket socket;
    } seen[TWICE_SOCKETS];
};

struct twice {
    struct twice_look bare, with;
};

/*
 * Both runs, up to the point where the probe waits; then it is ended. Fails the test when the probe did not get there,
 * when what it printed differs, when the kinds of sockets differ, or when it wrote to stderr. Returns 0, or -1 when the
 * probe said that the system cannot do it.
 */
int twice_run(struct twice *twice, const struct twice_plan *plan);
void twice_free(struct twice *twice);

/* One run only; stderr is not judged. */
int twice_look(struct twice_look *look, const struct twice_plan *plan, int with_library);
void twice_look_free(struct twice_look *look);

/* Starts the target's probe; preload NULL: without the library. */
struct child *twice_probe(const char *arguments, const char *environment, const char *preload,
                          const struct child_descriptor *descriptors);

/*
 * Values as a policy names them; seconds and milliseconds as in struct oracle_socket. TWICE_SYSTEM: what a new socket
 * holds on this system.
 */
enum { TWICE_SYSTEM = -1 };
struct twice_values {
    int keepalive, idle, interval, probes, user_timeout;
};

/*
 * One run, of which all sockets are judged, its descendants' too: exactly `count` of them, each with these values. What
 * it printed must say `ready` and, when not NULL, `said`.
 */
void twice_expect_tree(const struct twice_plan *plan, int with_library, size_t count, const char *said,
                       const struct twice_values *wanted);

/* A TCP port that nobody uses on any address just now. */
int twice_free_port(void);

/* The values of a socket that nobody touched. */
extern const struct twice_values twice_untouched;

/* The policy that most tests ask for, as settings or as a rule for everything, and what sockets hold under it. */
#define TWICE_SETTINGS "TCPALIVE_IDLE=31s\nTCPALIVE_INTERVAL=7s\nTCPALIVE_PROBES=4\nTCPALIVE_USER_TIMEOUT=45s"
#define TWICE_VALUES   " idle=31s interval=7s probes=4 user-timeout=45s"
#define TWICE_RULE     "TCPALIVE_RULES=any *" TWICE_VALUES
extern const struct twice_values twice_asked;

/* Two cases for cmocka, whose states are that policy in the one form and the other, with more settings behind it. */
#define TWICE_CASES(test, setup, teardown, more)                                                                       \
    {#test ", plain", test, setup, teardown, TWICE_SETTINGS more},                                                     \
    {                                                                                                                  \
#test ", by rule", test, setup, teardown, TWICE_RULE more                                                      \
    }

/*
 * Fails the test unless the socket holds exactly these. A user timeout that the kernel refuses (MPTCP) is not compared.
 */
void twice_expect(const struct oracle_socket *seen, const struct twice_values *wanted);
/* For every socket of a look with that name, NULL: with any; at least one. */
void twice_expect_all(const struct twice_look *look, const char *name, const struct twice_values *wanted);

#endif
