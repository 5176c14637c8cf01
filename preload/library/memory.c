#include "preload/library/memory.h"
#include "preload/raw.h"
#include <errno.h>
#include <stdint.h>

enum { SMALLEST_PAGE = 4096, SIGNAL_SET = 8, PAGES_KNOWN = 8 };

/*
 * A way to change the signal mask that does not exist: the kernel reads the set, then sees that (rt_sigprocmask(2)). Of all
 * calls that read memory the one that sandboxes leave to everybody, and that needs no descriptor. 0 is its answer to NULL.
 */
static bool page_is_readable(uintptr_t at)
{
    long result = RAW(rt_sigprocmask, -1, at & -(uintptr_t)SIGNAL_SET, 0, SIGNAL_SET, 0);
    return result != 0 && result != -EFAULT;
}

/*
 * Addresses to connect to stand on few pages, and a look is a call: each page is looked at once, as long as no other pushes it
 * out. An address that was good and has been unmapped since is not noticed.
 */
static bool page_is_known(uintptr_t at)
{
    static uintptr_t known[PAGES_KNOWN]; /* the last byte of each: never 0 */
    uintptr_t last = at | (SMALLEST_PAGE - 1), *slot = &known[at / SMALLEST_PAGE % PAGES_KNOWN];
    if (__atomic_load_n(slot, __ATOMIC_RELAXED) == last)
        return true;
    bool is = page_is_readable(at);
    if (is)
        __atomic_store_n(slot, last, __ATOMIC_RELAXED);
    return is;
}

bool memory_readable(const void *at, size_t size)
{
    uintptr_t first = (uintptr_t)at, last = first + size - 1;
    return size <= SMALLEST_PAGE && page_is_known(first) && ((first ^ last) < SMALLEST_PAGE || page_is_known(last));
}

/* `known` is an address in the page that was found readable last. */
static bool goes_on(const void *at, uintptr_t *known)
{
    uintptr_t before = *known;
    *known = (uintptr_t)at;
    return (before ^ *known) < SMALLEST_PAGE || page_is_readable(*known);
}

bool memory_list_readable(const char *const *list)
{
    uintptr_t in_list = (uintptr_t)&list, in_text = in_list; /* our own stack */
    if (!list)
        return true;
    for (; goes_on(list, &in_list); list++) {
        const char *text = *list;
        if (!text)
            return true;
        do
            if (!goes_on(text, &in_text))
                return false;
        while (*text++);
    }
    return false;
}
