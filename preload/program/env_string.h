/*
 * env_string: `env -S STRING`, which env(1) cuts into words and reads as if they had been its own.
 *
 * Used by launcher before it walks over env's words. It runs nothing and knows no variables: ${NAME} stays as it is.
 */
#ifndef PRELOAD_PROGRAM_ENV_STRING_H
#define PRELOAD_PROGRAM_ENV_STRING_H

/* The words with STRING's in its place, where `words` are env's and have one; else they themselves. */
char *const *env_string_cut(char *const *words);

/* What was cut stays until it is forgotten: all of it (NULL), or what came after the mark. */
const void *env_string_mark(void);
void env_string_forget(const void *mark);

#endif
