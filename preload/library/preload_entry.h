/*
 * preload_entry: our entry in a value of LD_PRELOAD (ld.so(8)), beside those of others.
 */
#ifndef PRELOAD_LIBRARY_PRELOAD_ENTRY_H
#define PRELOAD_LIBRARY_PRELOAD_ENTRY_H

#include "core/text.h"

/*
 * The entry that names our file, kept as written, so that $LIB expands for each word size. Empty: none.
 */
struct span preload_entry_in(const char *value);

/* Adds all entries but ours, with colons in between. */
void preload_entry_others(struct text *text, const char *value);

#endif
