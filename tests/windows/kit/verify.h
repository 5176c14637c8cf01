/*
 * verify: what a Windows does, and what tcpalive does on it, one line for each question.
 *
 * The kit (make windows-kit) is run by whoever has such a machine. Each question is asked in a process of its own with
 * a time limit, so that one that hangs or crashes is a line as well. A line is `ID | answer | detail`; the answer is
 * yes, no, NO (not what tcpalive counts on), info, n-a, hung or died.
 */
#ifndef TESTS_WINDOWS_KIT_VERIFY_H
#define TESTS_WINDOWS_KIT_VERIFY_H

#include <winsock2.h>
#include <windows.h>
#include <stdbool.h>
#include <stdio.h>

enum { LINE_SIZE = 1024, DETAIL_SIZE = 300, STEP_LIMIT_MS = 30000 };

struct step {
    const char *id, *what;
    const char *(*ask)(char *detail); /* the answer; `detail` has DETAIL_SIZE characters of room */
};

/* Ended by a NULL id. */
extern const struct step fact_steps[], more_fact_steps[], tool_steps[], running_steps[], damage_steps[], net_steps[],
    machine_steps[], path_steps[], console_steps[], service_steps[], wire_steps[], peer_steps[];

/* Take away what a question that was ended may have left. */
void service_remove(void);
void wire_remove(void);
void files_remove(void);

/* The policy of most questions. */
#define KIT_RUN "run --idle 37s --interval 20s --probes 5 --"
enum { KIT_IDLE = 37 };

/* What the program of this line says of its socket, against what is wanted; KIT_RUN's policy. */
const char *values_of(const char *line, bool wanted, long wanted_idle, char *detail);
const char *policy_of(const char *line, char *detail);

bool is_wine(void);
bool is_elevated(void);
/* By the system's own word size? What no word size changes is asked once. */
bool is_native(void);
/* Part C asks of packets and routes, which no Wine has and only an administrator may. */
bool may_probe(void);
const char *cannot_probe(char *detail);

/* n-a, and why. */
const char *cannot(char *detail, const char *why);
/* yes or no. */
const char *answer(bool yes);
/* yes or NO. */
const char *expect(bool yes);

#endif
