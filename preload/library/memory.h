/*
 * memory: may the library read where a pointer of the program leads, before the kernel has seen it?
 *
 * The hooks that look at a call's arguments ask first: what leads nowhere shall get EFAULT from the kernel, as without
 * us. It asks the kernel, once a page and each time, and changes nothing; the main thread's own stack needs no
 * question. Where the kernel is kept from answering, the answer is yes.
 */
#ifndef PRELOAD_LIBRARY_MEMORY_H
#define PRELOAD_LIBRARY_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* `size` bytes there, from 1 to a page. No when they are more. */
bool memory_readable(const void *at, size_t size);

/* A list of strings to the NULL at its end; as for the kernel, no list is an empty one. */
bool memory_list_readable(const char *const *list);

#endif
