/*
 * wine_program: programs that no compiler makes: the probe with some of its bytes changed.
 */
#ifndef TESTS_WINDOWS_WINE_PROGRAM_H
#define TESTS_WINDOWS_WINE_PROGRAM_H

#include <stddef.h>

/* The probe of that word size, to be changed; valid until the next call. */
unsigned char *wine_probe_bytes(const char *word, size_t *size);

/* Writes them to NAME in wine_folder(). Its path, valid until the next call. */
const char *wine_program(const char *name, const unsigned char *bytes, size_t size);

#endif
