#include "preload/library/complaints.h"
#include "core/text.h"
#include "preload/library/store.h"
#include "preload/report.h"

/* Of the store: one line after the other, each with its terminator. What is kept and what of it is said only grow. */
static unsigned kept, said;

void complaints_keep(const char *line)
{
    struct store *store = store_open();
    size_t size = span_of(line).length + 1;
    if (!store || size > STORE_COMPLAINTS - kept)
        return;
    for (size_t i = 0; i < size; i++)
        store->complaints[kept + i] = line[i];
    __atomic_store_n(&kept, kept + (unsigned)size, __ATOMIC_RELEASE);
}

bool complaints_are_kept(void)
{
    return __atomic_load_n(&kept, __ATOMIC_RELAXED) != __atomic_load_n(&said, __ATOMIC_RELAXED);
}

void complaints_say(void)
{
    if (!complaints_are_kept())
        return;
    unsigned end = __atomic_load_n(&kept, __ATOMIC_ACQUIRE), begin = __atomic_exchange_n(&said, end, __ATOMIC_ACQ_REL);
    const char *lines = store_open()->complaints;
    for (const char *line = lines + begin; line < lines + end; line += span_of(line).length + 1)
        report(LEVEL_WARN, line);
}
