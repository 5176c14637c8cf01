/*
 * list_print: rows as a table for people or as JSON for programs.
 *
 * Used by list. It writes to stdout and decides nothing about which rows there are.
 */
#ifndef PRELOAD_COMMAND_LIST_PRINT_H
#define PRELOAD_COMMAND_LIST_PRINT_H

#include "preload/remote/rows.h"

/* How the table has to look. */
struct list_style {
    unsigned columns; /* of the terminal; 0: as wide as it gets */
    unsigned lines;   /* of the terminal, when no more may be used; 0: as long as it gets */
    bool colour;
};

void list_print_table(const struct rows *rows, const struct list_style *style);

/* One array of objects and a newline. Times in seconds, user_timeout_ms in milliseconds or null (MPTCP has
 * none). */
void list_print_json(const struct rows *rows);

#endif
