/*
 * ask: one question about a handle, with a bound on how long the answer may take.
 *
 * Used by rows. A question to a file that was opened for synchronous calls waits while its owner is inside one
 * (Microsoft: NtQueryInformationFile), which may be for ever. So it is asked on a thread of its own; one that gets no answer
 * is left behind, with what it may still write to, and ends with the process.
 */
#ifndef WINHOOK_COMMAND_ASK_H
#define WINHOOK_COMMAND_ASK_H

#include "rows.h"

enum { ASK_WAIT_MS = 500 };

enum ask_answer { ASK_NO, ASK_YES, ASK_SILENT };

/* Fills a row by question(handle, row). After ASK_SILENT the handle is still in use: it must not be closed. */
enum ask_answer ask(bool (*question)(HANDLE handle, struct row *row), HANDLE handle, struct row *row);

#endif
