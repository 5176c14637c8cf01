/*
 * readable: may the library read where a pointer of the program leads, before the kernel has seen it?
 *
 * The hooks that look at a call's arguments ask first: what leads nowhere shall get EFAULT from the kernel, as without us.
 * It asks the kernel, once or twice, and changes nothing.
 */
#ifndef PRELOAD_LIBRARY_READABLE_H
#define PRELOAD_LIBRARY_READABLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * `size` bytes there; no when that is less than 8 or more than a page, which nothing is that the hooks look at. Where the
 * kernel is kept from answering: yes.
 */
bool readable(const void *at, size_t size);

#endif
