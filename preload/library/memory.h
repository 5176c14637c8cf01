/*
 * memory: may the library read where a pointer of the program leads, before the kernel has seen it?
 *
 * The hooks that look at a call's arguments ask first: what leads nowhere shall get EFAULT from the kernel, as without
 * us. It asks the kernel, once a page and each time, and changes nothing; the main thread's own stack needs no
 * question. Where the kernel is kept from answering, or a filter would end the program for the question, the answer is
 * yes.
 */
#ifndef PRELOAD_LIBRARY_MEMORY_H
#define PRELOAD_LIBRARY_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* What is left undone under the program's own filter (sandbox). */
struct memory_bounds {
    bool ask_nothing, map_nothing;
};
extern struct memory_bounds memory_bounds __attribute__((visibility("hidden")));

/* `size` bytes there, from 1 to a page. No when they are more. */
bool memory_readable(const void *at, size_t size);

/* Does the caller run on the main thread's stack, which grows by itself? */
bool memory_main_stack(void);

/* A list of strings to the NULL at its end; as for the kernel, no list is an empty one. */
bool memory_list_readable(const char *const *list);

#endif
