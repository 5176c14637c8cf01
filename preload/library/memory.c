#include "preload/library/memory.h"
#include "preload/raw.h"
#include <elf.h>
#include <errno.h>
#include <linux/futex.h>
#include <stdint.h>
#include <sys/auxv.h>

#pragma weak getauxval

enum { SMALLEST_PAGE = 4096, STACK_SURE = 4 << 20 };

struct memory_bounds memory_bounds;

/*
 * A futex whose value is not the expected one is read and not waited for (futex(2)); were it the expected one, the wait
 * ends at once. Of all calls that read memory it needs no descriptor, is left to everybody by sandboxes, and reads no
 * more than a word, which is the program's own argument: what instruments of memory have nothing to say about.
 */
static bool word_is_readable(uintptr_t at)
{
    enum { UNLIKELY = 0x5bd1e995 };
    const long no_wait[2] = {0, 0};
    return __atomic_load_n(&memory_bounds.ask_nothing, __ATOMIC_RELAXED) ||
           RAW(futex, at & -sizeof(uint32_t), FUTEX_WAIT_PRIVATE, UNLIKELY, no_wait, 0) != -EFAULT;
}

/*
 * The main thread's stack is in memory from where it stands up to the program's name, which the kernel put
 * at its top. Other threads' stacks are farther away than the limit asked here: the kernel keeps that
 * distance (mm/util.c, mmap_base).
 */
static bool is_on_main_stack(uintptr_t at, uintptr_t last)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), top = getauxval ? getauxval(AT_EXECFN) : 0;
    return at >= here && last < top && last >= at && top - here < STACK_SURE;
}

bool memory_main_stack(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    return is_on_main_stack(here, here);
}

bool memory_readable(const void *at, size_t size)
{
    uintptr_t first = (uintptr_t)at, last = first + size - 1;
    if (!size || size > SMALLEST_PAGE)
        return false;
    return is_on_main_stack(first, last) ||
           (word_is_readable(first) && ((first ^ last) < SMALLEST_PAGE || word_is_readable(last)));
}

/* `known` is an address in the page that was found readable last. */
static bool goes_on(const void *at, uintptr_t *known)
{
    uintptr_t before = *known;
    *known = (uintptr_t)at;
    return (before ^ *known) < SMALLEST_PAGE || word_is_readable(*known);
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
