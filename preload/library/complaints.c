#include "preload/library/complaints.h"
#include "core/text.h"
#include "preload/library/store.h"
#include "preload/report.h"

enum { ROOM = sizeof store.complaints };

static unsigned used;

void complaints_keep(const char *line)
{
    size_t size = span_of(line).length + 1;
    for (size_t i = 0; size <= ROOM - used && i < size; i++)
        store.complaints[used + i] = line[i];
    used += size <= ROOM - used ? (unsigned)size : 0;
}

bool complaints_are_kept(void)
{
    return __atomic_load_n(&used, __ATOMIC_RELAXED) != 0;
}

void complaints_say(void)
{
    unsigned end = complaints_are_kept() ? __atomic_exchange_n(&used, 0, __ATOMIC_ACQ_REL) : 0;
    for (unsigned at = 0; at < end; at += (unsigned)span_of(store.complaints + at).length + 1)
        report(LEVEL_WARN, store.complaints + at);
}
