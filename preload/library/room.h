/*
 * room: memory for what a child is to be given, for as long as the call lasts that starts it; for store, for good.
 *
 * On the stack where there is enough of it, else mapped: a child of vfork(2) that is gone in exec cannot give back what
 * it mapped, and what it maps is its parent's.
 */
#ifndef PRELOAD_LIBRARY_ROOM_H
#define PRELOAD_LIBRARY_ROOM_H

#include <stdbool.h>
#include <stddef.h>

/* Can a function take so much of this thread's stack, and leave what the C library's own exec needs? */
bool room_on_stack(size_t size);

/* NULL when there is none. */
void *room_map(size_t size);
void room_unmap(void *room, size_t size);

#endif
