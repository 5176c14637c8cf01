#include "preload/library/real.h"
#include "preload/library/lookup.h"

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
    address = lookup_behind_us(real_name(id));
    __atomic_store_n(&real_found[id], address, __ATOMIC_RELAXED);
    return address;
}

void real_bind(void)
{
    real_find(REAL_socket);
    real_find(REAL_setsockopt);
}

const char *real_name(enum real_id id)
{
    const char *name = names;
    for (int before = (int)id; before > 0; name++)
        before -= !*name;
    return name;
}
