/*
 * inject: brings the library into another process.
 *
 * Used by the commands run and attach, and by follow for the children of a program that has the library. Before a
 * program has run its first instruction the library is put at the head of its import table, so that the loader itself
 * loads it; no code is written. Where that cannot be (a path outside ASCII), and for attach and .NET once they run, a
 * thread in the process calls LoadLibraryW. A process of the other word size is reached through the tcpalive.exe of
 * that word size, which lies in the folder beside ours: `x86_64` and `i686`.
 */
#ifndef WINHOOK_INJECT_INJECT_H
#define WINHOOK_INJECT_INJECT_H

#include "winhook/long_path.h"
#include <stdbool.h>
#include <stddef.h>

#define INJECT_STATUSES(X)                                                                                             \
    X(INJECT_OK, "done")                                                                                               \
    X(INJECT_NO_LIBRARY, "tcpalive.dll of its word size is not where it should be")                                    \
    X(INJECT_BAD_LIBRARY, "tcpalive.dll of its word size is damaged, or of another one")                               \
    X(INJECT_NO_HELPER, "tcpalive.exe of its word size is not where it should be or did not start")                    \
    X(INJECT_HELPER_FAILED, "tcpalive.exe of its word size could not reach it")                                        \
    X(INJECT_SIGNED_ONLY, "it loads no library but those signed by Microsoft or the Store")                            \
    X(INJECT_GUARDED_ONLY, "it loads no library without control flow guard")                                           \
    X(INJECT_LOCAL_ONLY, "it loads no library over the network, where tcpalive is")                                    \
    X(INJECT_NO_ACCESS, "its user may not read tcpalive.dll")                                                          \
    X(INJECT_NEEDS_THREAD, "its import table is not the way in")                                                       \
    X(INJECT_AFTER_START, "it is reached only once it runs")                                                           \
    X(INJECT_UNREADABLE, "its memory cannot be read")                                                                  \
    X(INJECT_OTHER_MACHINE, "it is for another kind of processor")                                                     \
    X(INJECT_NO_ROOM, "no room near the program in its memory")                                                        \
    X(INJECT_UNWRITABLE, "its memory cannot be written")                                                               \
    X(INJECT_NO_THREAD, "no thread can be started in it")                                                              \
    X(INJECT_TIMEOUT, "it did not load the library in time")                                                           \
    X(INJECT_ENDED, "it ended before the library was in it")                                                           \
    X(INJECT_NOT_LOADED, "it refused to load the library")                                                             \
    X(INJECT_OTHER_VERSION, "another version of tcpalive has been in it since it started: restart it")                 \
    X(INJECT_PARTLY, "the library is in it, but could not change all it wanted: its log says what is missed")          \
    X(INJECT_NOT_STARTED, "the library was loaded but has no memory")                                                  \
    X(INJECT_OFF, "the settings switch the library off") /* stays the last */

enum inject_status {
#define X(status, sentence) status,
    INJECT_STATUSES(X)
#undef X
};

const char *inject_sentence(enum inject_status status);

enum { INJECT_WAIT_MS = 30000, INJECT_PATH = LONG_PATH };

/* What the system said about it, after a function below returned it; 0 when it was not the system. */
unsigned long inject_error(enum inject_status status);

/*
 * For a process made with CREATE_SUSPENDED whose first thread was never resumed; the caller resumes it. The handle as
 * CreateProcess returned it. `loaded`: NULL, or an event that is set when the library is in it: the process may still
 * refuse it after INJECT_OK, and then ends before its first instruction. INJECT_AFTER_START: to be followed, once the
 * caller has resumed it, by inject_resumed(); or before that by inject_when_resumed(), which leaves that to a process
 * of its own.
 */
enum inject_status inject_new(HANDLE process, HANDLE loaded);
enum inject_status inject_resumed(HANDLE process);
enum inject_status inject_when_resumed(HANDLE process);

/* inject_new(), the event being a handle of that process already. */
enum inject_status inject_new_there(HANDLE process, HANDLE loaded);

/* inject_resumed() for a process of this word size; how long it may take to begin, in milliseconds. */
enum inject_status inject_started(HANDLE process, DWORD wait_ms);

/*
 * For a running process of this word size; settings is a block (environment.h) of that size in bytes, copied
 * there for ever, or NULL for the process's own environment. The handle needs PROCESS_CREATE_THREAD,
 * _QUERY_INFORMATION and _VM_*.
 */
enum inject_status inject_running(HANDLE process, const char *settings, size_t size);

/* The command attach with this environment, by the tcpalive.exe of the other word size, which says what fails. */
enum inject_status inject_by_helper(HANDLE process);

/* Is the process of this word size? */
bool inject_same_size(HANDLE process);

/* `name` in the folder for a word size, beside the module that this code is in. False when there is no such file. */
bool inject_beside(bool wide, const WCHAR *name, WCHAR path[INJECT_PATH]);

/* In the library: puts back the program's headers that inject_new changed. False when they were not changed. */
bool inject_restore_headers(void);

#endif
