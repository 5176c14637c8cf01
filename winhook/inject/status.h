/*
 * status: how bringing the library into a process can end, a sentence for each.
 *
 * Used by all of this room and by whoever says what it answered.
 */
#ifndef WINHOOK_INJECT_STATUS_H
#define WINHOOK_INJECT_STATUS_H

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

/* What the system said about it, after a function of this room returned it; 0 when it was not the system. */
unsigned long inject_error(enum inject_status status);

#endif
