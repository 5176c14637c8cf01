/*
 * deepbind: plugins that the program opens with RTLD_DEEPBIND (dlopen(3)), as PHP opens its extensions.
 *
 * Such an object takes a name from its own libraries before anyone else's, so its socket() is the C library's, past
 * every preload. Once the object is loaded, its references that lead to the very function that ours would call next are
 * turned to ours; whatever else the flag gave it stays. What its constructors do came before.
 */
#ifndef PRELOAD_LIBRARY_DEEPBIND_H
#define PRELOAD_LIBRARY_DEEPBIND_H

#include <dlfcn.h>
#include <stdbool.h>

#ifndef RTLD_DEEPBIND
#define RTLD_DEEPBIND 8 /* glibc's; musl ignores the bit */
#endif

/*
 * Can deepbind_open() stand in for this dlopen? Not where the answer to the search depends on the object that asks,
 * `caller`: for a bare name when that object has a search path of its own, and for $ORIGIN.
 */
bool deepbind_concerns(const char *file, int mode, const void *caller);

/* dlopen, and the newly loaded objects turned to our hooks. */
void *deepbind_open(const char *file, int mode);

#endif
