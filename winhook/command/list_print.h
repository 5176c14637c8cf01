/*
 * list_print: rows of sockets as a table, or as JSON.
 *
 * Used by list. The columns and keys are the same on every system; what this one does not tell is `-` or
 * null.
 */
#ifndef WINHOOK_COMMAND_LIST_PRINT_H
#define WINHOOK_COMMAND_LIST_PRINT_H

#include "rows.h"

void list_print_table(const struct rows *rows);
void list_print_json(const struct rows *rows);

#endif
