#include "preload/remote/throttle.h"
#include <time.h>

enum { PAUSE_MS = 200, SHARE = 20 };

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void throttle_begin(struct throttle *pace)
{
    pace->began = now_ms();
}

void throttle_end(struct throttle *pace)
{
    long long now = now_ms(), pause = (now - pace->began) * SHARE;
    pace->due = now + (pause > PAUSE_MS ? pause : PAUSE_MS);
}

int throttle_left(const struct throttle *pace)
{
    long long left = pace->due - now_ms();
    return left > 0 ? (int)left : 0;
}
