#include "preload/library/inherited.h"
#include "preload/library/cover.h"
#include "preload/raw.h"
#include "preload/statx.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>

/*
 * Descriptors that one look covers; how many are tried where no look is allowed; no number is above fs.nr_open. The
 * kernel's own tables begin with room for SMALL, and grow to MEDIUM.
 */
enum { SMALL = 64, MEDIUM = 256, WIDTH = 1024, BLIND = 64, END = 1 << 20, STDERR = 2, STDIO = 3 };

static uint64_t sweep_stdio(const struct policy *policy, enum report_stderr on_stderr)
{
    uint64_t found = on_stderr == STDERR_FILE;
    for (int fd = 0; fd < STDIO; fd++)
        if (fd != STDERR || on_stderr == STDERR_SOCKET)
            found += cover_found(policy, fd, false);
    return found;
}

/*
 * Which of `count` descriptors from `first` on are open, in one system call. False when the limit on files
 * forbids to ask.
 */
static bool look(struct pollfd *slot, int first, int count)
{
    const long no_wait[2] = {0, 0};
    for (int i = 0; i < count; i++)
        slot[i] = (struct pollfd){first + i, 0, 0};
    return RAW(ppoll, slot, count, no_wait, 0, 0) >= 0;
}

static bool is_open(const struct pollfd *slot)
{
    return !(slot->revents & POLLNVAL);
}

/*
 * Puts what is open among the looked at under the policy, and adds to `found`. True when the upper half was
 * not all closed.
 */
static bool sweep_slots(const struct policy *policy, const struct pollfd *slot, int count, uint64_t *found)
{
    bool upper = false;
    for (int i = 0; i < count; i++) {
        if (!is_open(&slot[i]))
            continue;
        upper = upper || i >= count / 2;
        cover_found(policy, slot[i].fd, false);
        ++*found;
    }
    return upper;
}

/*
 * Do all that the process's table has room for from `first` on stand open? As none does when it has no room for more.
 */
static bool none_is_closed_from(int first)
{
    enum { BITS = sizeof(unsigned long) * CHAR_BIT };
    unsigned long set[WIDTH / BITS];
    const long no_wait[2] = {0, 0};
    for (int i = 0; i < WIDTH / BITS; i++)
        set[i] = i >= first / BITS ? ~0ul : 0;
#ifdef SYS__newselect
    return RAW(_newselect, WIDTH, 0, 0, set, no_wait) >= 0;
#else
    return RAW(pselect6, WIDTH, 0, 0, set, no_wait) >=
           0; /* EBADF where one is closed; what is beyond the table is cut off */
#endif
}

/*
 * All of a table that ends at `end`. False when it does not: then the descriptor of that number is open, or one behind
 * it closed. Not inlined, for its room on the stack: what is not used is not touched.
 */
static __attribute__((noinline)) bool sweep_table(const struct policy *policy, int end)
{
    struct pollfd slot[MEDIUM + 1 - STDIO];
    int count = end + 1 - STDIO;
    uint64_t found = 0;
    if (!none_is_closed_from(end) || !look(slot, STDIO, count) || is_open(&slot[count - 1]))
        return false;
    sweep_slots(policy, slot, count, &found);
    return true;
}

/* How many descriptors are open: the size of that folder since Linux 6.2 (proc(5)). 0: not told. */
static uint64_t count_open(void)
{
    struct file folder;
    return file_look(AT_FDCWD, "/proc/self/fd", 0, FILE_SIZE, &folder) == 0 ? folder.size : 0;
}

/* It ends when all that are open were found, or, where their number is not told, with a long run of closed ones. */
static __attribute__((noinline)) void sweep_all(const struct policy *policy, uint64_t found)
{
    struct pollfd slot[WIDTH];
    uint64_t open = count_open();
    int count = WIDTH;
    if (open && found >= open)
        return;
    while (count && !look(slot, STDIO, count))
        count /= 2;
    for (int fd = STDIO; !count && fd < BLIND; fd++)
        cover_found(policy, fd, false);
    for (int first = STDIO; count && first < END; first += count) {
        bool dense = sweep_slots(policy, slot, count, &found);
        if ((open ? found >= open : !dense) || !look(slot, first + count, count))
            return;
    }
}

void inherited_sweep(const struct policy *policy, enum report_stderr on_stderr)
{
    uint64_t found = sweep_stdio(policy, on_stderr);
    if (!sweep_table(policy, SMALL) && !sweep_table(policy, MEDIUM))
        sweep_all(policy, found);
}
