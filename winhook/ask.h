/*
 * ask: questions about handles, none of which is waited for without end.
 *
 * A question to a file that was opened for synchronous calls waits while its owner is inside one (Microsoft:
 * NtQueryInformationFile), which may be for ever: a console that is being read, a pipe. So questions are asked on
 * a thread of their own. One that gets no answer is left behind with that thread, and the next thread goes on
 * with the rest. Each of these threads holds the module that its code is in.
 */
#ifndef WINHOOK_ASK_H
#define WINHOOK_ASK_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

enum { ASK_WAIT_MS = 500 };

enum ask_answer { ASK_NOT_YET, ASK_NO, ASK_YES, ASK_SILENT };

/* Some handles, and what is to be written about each: `size` bytes in `about`, zero at first. */
struct questions {
    size_t count, size;
    HANDLE *handle;
    BYTE *about;
    volatile BYTE *answer; /* enum ask_answer */
};

/* NULL without memory. `count` may be lowered, never raised. */
struct questions *ask_new(size_t count, size_t size);

/*
 * Asks about each handle. A handle that kept silent is still being asked: it must not be closed, and is ASK_SILENT at
 * once when it is asked about again before it has answered.
 */
void ask_all(struct questions *questions, bool (*question)(HANDLE handle, void *about));

void ask_free(struct questions *questions);

#endif
