#include "preload/library/readable.h"
#include "preload/library/raw.h"
#include <errno.h>
#include <stdint.h>

enum { SMALLEST_PAGE = 4096, SIGNAL_SET = 8 };

/*
 * A way to change the signal mask that does not exist: the kernel reads the set, then sees that (rt_sigprocmask(2)). Of all
 * calls that read memory the one that sandboxes leave to everybody, and that needs no descriptor. 0 is its answer to NULL.
 */
static bool set_is_readable(uintptr_t at)
{
    long result = RAW(rt_sigprocmask, -1, at, 0, SIGNAL_SET, 0);
    return result != 0 && result != -EFAULT;
}

bool readable(const void *at, size_t size)
{
    uintptr_t first = (uintptr_t)at, last = first + size - 1;
    return size >= SIGNAL_SET && size <= SMALLEST_PAGE && set_is_readable(first) &&
           ((first ^ last) < SMALLEST_PAGE || set_is_readable(last + 1 - SIGNAL_SET));
}
