/*
 * launcher: programs that start another one, and whether LD_PRELOAD gets that far.
 *
 * Asked by check and run for a program that the library reaches, where what it starts would not be. Known are the
 * launchers of a table, by name and arguments, alone and behind each other, and what shell_text finds in scripts. It
 * reads a script, runs nothing and prints nothing; what it does not know is told by the library at the exec.
 */
#ifndef PRELOAD_PROGRAM_LAUNCHER_H
#define PRELOAD_PROGRAM_LAUNCHER_H

#include "preload/program/program.h"

struct launcher_loss {
    char why[512]; /* one sentence without its full stop: why what it starts is not reached, and what reaches it */
    bool told;     /* the library will say so too: the launcher becomes that program */
    bool another;  /* another process starts it: no supervisor reaches it either */
    bool lacking;  /* the library is not where it starts: TCPALIVE_FOLLOW does not reach it either */
};

/* False: nothing is known to be lost. `arguments` are those behind the program's name, ended by NULL. */
bool launcher_loses(const struct program *program, char *const *arguments, struct launcher_loss *loss);

/* May the words behind this name be a launcher's, and not names of further programs? Both are ended by NULL. */
bool launcher_takes(const char *name, char *const *arguments);

/* The first program of another kind behind these words, which the library does not reach where it stands before it. */
struct launcher_kind {
    char why[512];  /* one sentence without its full stop: what it is */
    bool supervise; /* a supervisor reaches it */
};

/* False: none is known. Looks at what these start, and at what that starts in turn. */
bool launcher_starts_another_kind(char *const *words, struct launcher_kind *kind);

/*
 * What `run --method auto` takes for these words, of which the first is this program: what reaches what they start,
 * where that is known.
 */
enum program_method launcher_choose(const struct program *program, char *const *words);

/*
 * The words of the program that these start, in them; NULL where they start none, or one that is not known or is looked
 * for in another root.
 */
char *const *launcher_starts(char *const *words);

#endif
