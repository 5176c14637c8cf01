/*
 * run: programs that a question starts, tcpalive before all, to their end or beside it, always with a limit.
 */
#ifndef TESTS_WINDOWS_KIT_RUN_H
#define TESTS_WINDOWS_KIT_RUN_H

#include "verify.h"

struct run {
    DWORD code;
    bool hung;
    char output[LINE_SIZE]; /* the first of what it said */
};

/* Limits are of Windows; Wine, of which each start is several processes, gets four times that. */
bool wait_for(HANDLE what, DWORD limit_ms);

/* Runs a command line to its end. False when it cannot be started. */
bool run_line(const char *line, DWORD limit_ms, struct run *run);
/* Its code and what it said, in `detail`. */
void run_tell(const struct run *run, char *detail);

/* A program that runs beside the question. It says by one event that it is ready, and goes on at the other one. */
#define READY_EVENT "tcpalive-verify-ready"
#define GO_EVENT    "tcpalive-verify-go"
struct beside {
    HANDLE process, ready, go;
    DWORD pid;
};
/* `flags` are CreateProcess's. False when it does not start. */
bool beside_start(const char *line, DWORD flags, struct beside *program);
/* Waits until it says that it is ready. False when it ends before, or takes too long. */
bool beside_ready(struct beside *program);
/* Sets an event that somebody waits for; where nobody does, nothing. */
void tell(const char *event);
/* Its exit code. It is ended where it does not end in time. */
DWORD beside_end(struct beside *program);

/* attach by that tcpalive.exe: did it say that it worked? */
bool attach(const char *command, const char *settings, DWORD pid, struct run *run);

/* `FOLDER\\WORD\\tcpalive.exe` quoted, and this program of that word size; WORD is x86_64 or i686. */
const char *tool(const char *word);
const char *own(const char *word);
const char *own_word(void);
const char *other_word(void);
/* An older version's, quoted; and, without quotes, a library that imports Winsock in that way. */
const char *older_tool(void);
const char *library(const char *way);

/* A folder of this question's own, with a backslash at its end; files_remove takes it away. */
const char *files_folder(void);
bool files_write(const char *name, const char *text);
/* Copies tcpalive of this word size there: a path that ends in a backslash, and may be a long one. */
bool files_copy_tool(const WCHAR *folder);

#endif
