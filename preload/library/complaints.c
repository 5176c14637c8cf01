#include "preload/library/complaints.h"
#include "core/text.h"
#include "preload/library/store.h"
#include "preload/report.h"

static unsigned used; /* of the store: one line after the other, each with its terminator */

void complaints_keep(const char *line)
{
    struct store *store = store_open();
    size_t size = span_of(line).length + 1;
    if (!store || size > STORE_COMPLAINTS - used)
        return;
    for (size_t i = 0; i < size; i++)
        store->complaints[used + i] = line[i];
    used += (unsigned)size;
}

bool complaints_are_kept(void)
{
    return __atomic_load_n(&used, __ATOMIC_RELAXED) != 0;
}

void complaints_say(void)
{
    unsigned end = complaints_are_kept() ? __atomic_exchange_n(&used, 0, __ATOMIC_ACQ_REL) : 0;
    for (const char *line = end ? store_open()->complaints : NULL, *last = line + end; line < last;
         line += span_of(line).length + 1)
        report(LEVEL_WARN, line);
}
