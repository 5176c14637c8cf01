#include "idle.h"
#include "place.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HOLD_STEP = 500 };

void idle_open(long count)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    long own = (long)limit.rlim_cur - 1024;
    for (; count > own; count -= own) {
        pid_t parent = getpid();
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (long i = 0; i < own; i++)
                place_make();
            while (getppid() == parent)
                pause();
            _exit(0);
        }
    }
    while (count-- > 0)
        place_make();
}

/* The accepting end. A byte for each step keeps the other from running ahead of the queue. */
static void accept_and_wait(const struct place *place, long connections, int progress)
{
    for (long i = 1; i <= connections; i++) {
        if (accept(place->listener, NULL, NULL) < 0)
            place_fail("accept");
        if (i % HOLD_STEP == 0 && write(progress, "", 1) != 1)
            place_fail("write");
    }
    pause();
}

void idle_hold(long connections)
{
    struct place place;
    int progress[2];
    char byte;
    place_open(&place);
    if (pipe(progress) != 0)
        place_fail("pipe");
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        accept_and_wait(&place, connections, progress[1]);
    }
    for (long i = 1; i <= connections; i++) {
        place_dial(&place, 0);
        if (i % HOLD_STEP == 0 && read(progress[0], &byte, 1) != 1)
            place_fail("read");
    }
    puts("ready");
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}
