/*
 * patch: sends calls that went to an exported function to another one.
 *
 * Used by hooks and follow, once, when the library comes to life. A module's export table is changed, so that
 * later loads, GetProcAddress (by name or ordinal), delay-loaded imports and forwarders find the replacement;
 * and the import tables of what is loaded already are searched for the function's address. No code is
 * rewritten, no thread is stopped, and nothing is ever taken back: another thread may be inside.
 */
#ifndef WINHOOK_PATCH_H
#define WINHOOK_PATCH_H

#include <windows.h>

struct patch {
    const char *module; /* a loaded module's file name */
    const char *name;   /* as that module exports it */
    void *replacement;
    void **original; /* NULL, or where to leave the function's address; must be set before the first call */
    void *found;     /* patch_install's own: the address replaced, NULL when there is none */
};

#define PATCH_STATUSES(X)                                                                                              \
    X(PATCH_OK, "done")                                                                                                \
    X(PATCH_NO_PAGE,                                                                                                   \
      "no room within 4 GB above the module: functions that are looked up by name from now on are missed")             \
    X(PATCH_NO_CODE, "no page may become executable: functions that are looked up by name from now on are missed")     \
    X(PATCH_PROTECTED,                                                                                                 \
      "an export table cannot be written: functions that are looked up by name from now on are missed")                \
    X(PATCH_NO_MODULES, "the list of modules cannot be had: functions that are imported already are missed")

enum patch_status {
#define X(status, sentence) status,
    PATCH_STATUSES(X)
#undef X
};

/* A sentence for the log. */
const char *patch_sentence(enum patch_status status);

/*
 * Finds all originals, then changes the export tables, then the import tables of every loaded module but our
 * own. A module that is not loaded or does not export the name is passed over (Wine 8 has no
 * WSAConnectByList). May be called under the loader lock. One failure does not keep the rest from being done: it tells
 * what is missed.
 */
enum patch_status patch_install(struct patch *patches, size_t count);

#endif
