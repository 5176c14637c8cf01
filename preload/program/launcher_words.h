/*
 * launcher_words: what the words behind a launcher's name say: do they drop the environment, which program do they
 * start, and in which root?
 *
 * A table of launchers and one walk over their options. Used by launcher, which goes from one to the next.
 */
#ifndef PRELOAD_PROGRAM_LAUNCHER_WORDS_H
#define PRELOAD_PROGRAM_LAUNCHER_WORDS_H

#include <stdbool.h>

/* Lists are words with a blank around each; NULL: none. */
struct launcher {
    const char *name;
    bool always;       /* what it starts gets another environment, whatever its arguments */
    bool login;        /* options may stand behind operands, and without --user a shell is started: su(1), runuser(1) */
    bool assigns;      /* takes NAME=VALUE in front of the program */
    bool in_place;     /* it becomes the program that it starts */
    bool another;      /* another process starts it */
    bool elsewhere;    /* that program is another root's */
    int operands;      /* in front of the program; -1: it has no operand that is one */
    const char *drops; /* short options that drop the environment */
    const char *words; /* long ones, and `-` */
    const char *unsets;  /* options that take a variable away */
    const char *valued;  /* short options with a value: the rest of the word, or the next one */
    const char *wordy;   /* long options whose value may be the next word */
    const char *pairs;   /* long options with two values */
    const char *verbs;   /* the first operand is one of them where it starts something */
    const char *keeping; /* an option with which nothing is dropped */
    const char *shells;  /* options whose value a shell gets */
    const char *named;   /* options whose value is the program */
    const char *after;   /* an operand: those that `operands` counts stand behind it */
    const char *roots;   /* options whose value is the root; "" where it is the first operand */
};

struct launcher_walk {
    bool drops;
    char *const *program; /* the words of what it starts; NULL: none that they name */
    const char *text;     /* of what it gives to a shell; NULL: none */
    const char *root;     /* where that program is; NULL: in the caller's, or in one that is put together */
};

/* NULL where the name, or the path's last part, is no launcher's. */
const struct launcher *launcher_of(const char *name);

struct launcher_walk launcher_walk(const struct launcher *launcher, char *const *words);

/* The last part of a path. */
const char *launcher_base(const char *path);

#endif
