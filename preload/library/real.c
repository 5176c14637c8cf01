#include "preload/library/real.h"
#include "preload/library/lookup.h"
#include <dlfcn.h>

#pragma weak dlsym

static const char names[] =
#define X(name) #name "\0"
    REAL_FUNCTIONS(X)
#undef X
    ;

void *real_found[REAL_COUNT];

void *real_find(enum real_id id)
{
    void *address = __atomic_load_n(&real_found[id], __ATOMIC_RELAXED);
    if (address)
        return address;
    address = dlsym ? dlsym(RTLD_NEXT, real_name(id)) : lookup_behind_us(real_name(id));
    __atomic_store_n(&real_found[id], address, __ATOMIC_RELAXED);
    return address;
}

void real_bind(void)
{
    /* A dlsym that fails would leave its error for the program's dlerror to find. */
    for (enum real_id id = 0; id < REAL_execveat; id++)
        real_find(id);
}

const char *real_name(enum real_id id)
{
    const char *name = names;
    for (int before = (int)id; before > 0; name++)
        before -= !*name;
    return name;
}
