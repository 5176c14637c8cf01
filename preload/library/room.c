#include "preload/library/room.h"
#include "preload/library/memory.h"
#include "preload/raw.h"
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

/* What is left to others: a path of PATH_MAX is put together on the stack by execvp. */
enum { PAGE = 4096, LEFT_TO_OTHERS = 4 * PAGE, SURE = 64 * 1024 };

/* Page by page downwards: below a stack stands a page that nobody may read, and below that may be somebody's memory. */
bool room_on_stack(size_t size)
{
    const char *here = __builtin_frame_address(0);
    if (__atomic_load_n(&memory_bounds.ask_nothing, __ATOMIC_RELAXED))
        return size < SURE && memory_main_stack();
    for (size_t below = 0; below < size + LEFT_TO_OTHERS; below += PAGE)
        if (!memory_readable(here - below, 1))
            return false;
    return memory_readable(here - size - LEFT_TO_OTHERS, 1);
}

#ifdef SYS_mmap2
#define MAP(size) RAW_MAP(mmap2, size)
#else
#define MAP(size) RAW_MAP(mmap, size)
#endif

/* The sixth argument, where in the file, is 0. */
#define RAW_MAP(call, size) RAW(call, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1)

void *room_map(size_t size)
{
    long result = __atomic_load_n(&memory_bounds.map_nothing, __ATOMIC_RELAXED) ? -EPERM : MAP(size);
    return result < 0 && result > -PAGE ? NULL : (void *)result;
}

void room_unmap(void *room, size_t size)
{
    if (room)
        RAW(munmap, room, size, 0, 0, 0);
}
