/*
 * wine_pretend: tcpalive on a Windows that says what Wine does not (pretend.c).
 */
#ifndef TESTS_WINDOWS_WINE_PRETEND_H
#define TESTS_WINDOWS_WINE_PRETEND_H

#include "wine.h"

/* The variable PRETEND with these words, as an environment for wine_start. */
const char *const *wine_pretending(const char *words);

/* tcpalive of that word size with these words, `%p` for the probe; its standard input is closed. */
struct child *wine_pretend(const char *word, const char *pretend, const char *words);

#endif
