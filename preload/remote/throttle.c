#include "preload/remote/throttle.h"
#include <time.h>

enum { PAUSE_US = 200000, SHARE = 20 };

static long long now_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

void throttle_begin(struct throttle *pace)
{
    pace->used = now_us(CLOCK_PROCESS_CPUTIME_ID);
}

void throttle_end(struct throttle *pace)
{
    long long pause = (now_us(CLOCK_PROCESS_CPUTIME_ID) - pace->used) * SHARE;
    pace->due = now_us(CLOCK_MONOTONIC) + (pause > PAUSE_US ? pause : PAUSE_US);
}

int throttle_left(const struct throttle *pace)
{
    long long left = pace->due - now_us(CLOCK_MONOTONIC);
    return left > 0 ? (int)((left + 999) / 1000) : 0;
}
