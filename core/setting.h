/*
 * setting: the one table of settings.
 *
 * A row feeds the environment reader, the command line, `--help`, `tcpalive explain`, the man page and the tests. To
 * add an option of the socket: a row here, among the options, and a row in each system's apply. To add another setting:
 * a row among the others; ENABLED, which has no flag and no line of its own, stays the last.
 */
#ifndef CORE_SETTING_H
#define CORE_SETTING_H

#include "text.h"

/*
 * X(id, suffix, kind, low, high, fallback, argument, help)
 *   suffix    of the variable TCPALIVE_suffix; the flag is the same in lower case with dashes. "" has no flag.
 *   low..high range of the value: milliseconds for a duration, before it is rounded up to the system's unit. Ranges of
 *             options are tcp(7)'s and the kernel's own.
 *   fallback  the text that counts when nothing is given; "" leaves it unset.
 *   argument  what the help shows as the value.
 */
#define SETTING_KEEPALIVE(X)                                                                                           \
    X(IDLE, "IDLE", DURATION, 1, 32767000, "60s", "DURATION", "silence before the first probe")                        \
    X(INTERVAL, "INTERVAL", DURATION, 1, 32767000, "10s", "DURATION", "time between unanswered probes")                \
    X(PROBES, "PROBES", COUNT, 1, 127, "6", "COUNT", "unanswered probes until it is dead")                             \
    X(USER_TIMEOUT, "USER_TIMEOUT", BOUND, 1, 2147483647, "off", "DURATION|match|off", "bound on unacknowledged data")

#define SETTING_FURTHER(X)                                                                                             \
    X(SYNCNT, "SYNCNT", COUNT, 1, 127, "", "COUNT", "SYN retransmissions until connect gives up")                      \
    X(DEFER_ACCEPT, "DEFER_ACCEPT", DURATION, 1, 32767000, "", "DURATION", "listeners: accept once data has arrived")  \
    X(MAXSEG, "MAXSEG", BYTES, 88, 32767, "", "BYTES", "maximum segment size")                                         \
    X(WINDOW_CLAMP, "WINDOW_CLAMP", BYTES, 1, 2147483647, "", "BYTES", "bound on the advertised window")

#define SETTING_OTHERS(X)                                                                                              \
    X(SURVIVE, "SURVIVE", LIMIT, 1, 2147483647, "", "DURATION|NAME", "idle limit on the path to be outlived")          \
    X(DETECT, "DETECT", DURATION, 4000, 2147483647, "", "DURATION", "a dead peer is noticed within this")              \
    X(MODE, "MODE", MODE, 0, 2, "enforce", "enforce|tighten|respect", "what the program's calls change")               \
    X(RULES, "RULES", TEXT, 0, 0, "", "RULES", "for some connections only; @FILE reads them")                          \
    X(PROGRAMS, "PROGRAMS", TEXT, 0, 0, "", "NAMES", "programs to act in, * allowed, ! excludes")                      \
    X(FOLLOW, "FOLLOW", FOLLOW, 0, 2, "off", "on|off|never", "children with a cleaned environment")                    \
    X(LOG, "LOG", LEVEL, 0, 4, "warn", "off|error|warn|info|debug", "how much is written")                             \
    X(LOG_FILE, "LOG_FILE", TEXT, 0, 0, "stderr", "stderr|syslog|PATH", "where it is written")                         \
    X(ENABLED, "", SWITCH, 0, 1, "on", "on|off", "off: the library does nothing at all")

#define SETTINGS(X) SETTING_KEEPALIVE(X) SETTING_FURTHER(X) SETTING_OTHERS(X)

enum setting_id {
#define X(id, ...) SETTING_##id,
    SETTINGS(X)
#undef X
        SETTING_COUNT,
    /*
     * Those before the first are what a program may have set itself, and what the kernel tells of any socket; those
     * before the second are all options of a socket.
     */
    KEEPALIVE_COUNT = SETTING_SYNCNT,
    OPTION_COUNT = SETTING_SURVIVE
};

_Static_assert(SETTING_ENABLED + 1 == SETTING_COUNT, "the rows before ENABLED are those that have a flag");

enum setting_kind {
    KIND_DURATION,
    KIND_COUNT,
    KIND_BYTES,
    KIND_BOUND, /* a duration, `match` or `off` */
    KIND_LIMIT, /* a duration or a middlebox's name */
    KIND_SWITCH,
    KIND_FOLLOW,
    KIND_MODE,
    KIND_LEVEL,
    KIND_TEXT
};

/* Values that are no number of milliseconds, probes or bytes. */
enum {
    VALUE_UNSET = -3,
    VALUE_MATCH = -2,
    VALUE_SYSTEM = -1, /* leave the option as the system sets it */
    VALUE_OFF = 0
};

/* Values of SETTING_FOLLOW, SETTING_MODE and SETTING_LOG, in the order of their words. */
enum follow { FOLLOW_OFF, FOLLOW_ON, FOLLOW_NEVER };
enum mode { MODE_ENFORCE, MODE_TIGHTEN, MODE_RESPECT };
enum level { LEVEL_OFF, LEVEL_ERROR, LEVEL_WARN, LEVEL_INFO, LEVEL_DEBUG };

/*
 * Texts stand in the row itself, here and in the other tables: a pointer would cost every process that loads
 * us a relocation.
 */
struct setting {
    char suffix[14];
    char fallback[8];
    uint8_t kind; /* an enum setting_kind */
    int32_t low, high;
};

extern const struct setting settings[SETTING_COUNT];

/* Big enough for every variable's and flag's name. */
enum { SETTING_NAME_SIZE = 32 };

/* Writes `TCPALIVE_USER_TIMEOUT`, or `--user-timeout` (empty for the one setting without a flag). */
void setting_variable(enum setting_id id, char name[SETTING_NAME_SIZE]);
void setting_flag(enum setting_id id, char name[SETTING_NAME_SIZE]);

/* The setting whose variable it is, or SETTING_COUNT. */
enum setting_id setting_by_variable(struct span name);

/* The setting whose flag, without the dashes, is `name` (`user-timeout`), or SETTING_COUNT. */
enum setting_id setting_by_flag(struct span name);

/* May a rule say it? Options and the two promises may. */
bool setting_in_rule(enum setting_id id);

/*
 * Reads one value, not KIND_TEXT: milliseconds, a count, bytes, a word's position, or one of VALUE_*.
 * False with what is wrong in `why`.
 */
bool setting_parse(enum setting_id id, struct span span, int32_t *value, struct text *why);

/* Adds a value as a person would write it. */
void setting_write(struct text *text, enum setting_id id, int32_t value);

#endif
