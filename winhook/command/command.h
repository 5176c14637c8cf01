/*
 * command: what the subcommands of tcpalive.exe share: arguments, settings, complaints.
 *
 * Texts are UTF-8 inside, wide where Windows is asked. Every failure is one line on stderr in the shape of
 * core's text_complain(), with the system's own sentence where it had a number.
 */
#ifndef WINHOOK_COMMAND_H
#define WINHOOK_COMMAND_H

#include "core/flags.h"
#include "core/policy.h"
#include <windows.h>

/* Exit codes of our own; anything else is the program's. */
enum { EXIT_DONE = 0, EXIT_UNREACHED = 1, EXIT_OWN = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

/* The command line: each argument by itself, and where it begins in the line as it was typed. */
struct arguments {
    int count;
    char **text;         /* unquoted as the C run-time does, UTF-8, NULL-terminated */
    const WCHAR **typed; /* the rest of the line from this argument on */
};

/* Splits a line (Microsoft: Parsing C command-line arguments). Ends the program when there is no memory. */
struct arguments arguments_of(const WCHAR *line);

/* Says `tcpalive: WHAT 'OBJECT': WHY`; WHY is followed by, or when NULL is, the system's sentence for a
 * nonzero error. */
void complain(const char *what, const char *object, const char *why, DWORD error);

/* The same for a usage error; returns EXIT_OWN. */
int complain_usage(const char *what, const char *object, const char *why);

/*
 * Takes settings of a command from *at on until something else comes; `--` is passed over. False when one is
 * wrong: complained. `other` is asked about each option that is no setting: it takes it and moves on, or
 * returns false; NULL takes none.
 */
bool take_settings(const char *command, struct flags *flags, const struct arguments *arguments, int *at,
                   bool (*other)(const struct arguments *arguments, int *at, void *context), void *context);

/* `--name VALUE` or `--name=VALUE` at *at: takes it; `*value` is "" when it is missing. */
bool take_value(const struct arguments *arguments, int *at, const char *name, const char **value);

/* Reads the policy from flags and this process's environment; false when anything is wrong: complained. */
bool read_settings(struct policy *policy, const struct flags *flags);

/* Puts the flags into this process's environment, for whatever it starts, and TCPALIVE itself when it is not
 * there. */
void export_settings(const struct flags *flags);

int command_run(const struct arguments *arguments, int at);
int command_explain(const struct arguments *arguments, int at);
int command_check(const struct arguments *arguments, int at);
int command_list(const struct arguments *arguments, int at);
int command_attach(const struct arguments *arguments, int at);
int command_inject(const struct arguments *arguments, int at);

#endif
