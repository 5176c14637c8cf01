#include "preload/library/store.h"
#include "preload/library/room.h"

struct store *store_open(void)
{
    static struct store *store;
    if (!store)
        store = room_map(sizeof *store);
    return store;
}
