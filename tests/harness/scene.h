/*
 * Where a test plays: which build is under test, which C library and machine its programs are for, clock,
 * temporary directories. Tests and the rest of the harness call it. It knows nothing of sockets.
 */
#ifndef TESTS_HARNESS_SCENE_H
#define TESTS_HARNESS_SCENE_H

#include <stddef.h>

/*
 * What the hook tests run: by default this machine's own build; the environment names another one, so that one and the
 * same test program serves every C library, word size and machine.
 */
struct scene_target {
    char library[512];            /* TCPALIVE_TEST_LIBRARY, default build/libtcpalive.so */
    char probe[512];              /* TCPALIVE_TEST_PROBE, default build/tests/probe */
    char root[512];               /* TCPALIVE_TEST_ROOT: both paths are inside this root; empty: none */
    int root_proc;                /* TCPALIVE_TEST_ROOT_PROC is set: that root has a /proc, which it lacks otherwise */
    char launcher[512];           /* TCPALIVE_TEST_LAUNCHER: words before the program (an emulator); empty: none */
    char environment_option[512]; /* TCPALIVE_TEST_ENVIRONMENT_OPTION: how the launcher sets its guest's alone (-E) */
};

const struct scene_target *scene_target(void);

/* A file that was built beside the target's probe, as that sees it; in one of a few static buffers. */
const char *scene_beside(const char *file);

/* A path of ours, such as a fresh directory's, as the target's programs see it: they may be in another root. */
const char *scene_inside(const char *path);

/*
 * Absolute path of a file in the build directory that this test program was built into, in one of a few static buffers:
 * valid for a handful of further calls.
 */
const char *scene_build(const char *file);

/* Monotonic time in milliseconds. */
long long scene_now_ms(void);

/* When so many milliseconds are over; as often as TEST_PATIENCE says on a machine that is slow by its nature. */
long long scene_deadline(int ms);

/* Polls until done(argument) is not 0: 0, or -1 at the deadline. */
int scene_until(int (*done)(void *), void *argument, int deadline_ms);

/*
 * A fresh directory under TMPDIR, or in the /tmp of the target's root, that any user may enter and fill; the second
 * removes it with all in it.
 */
char *scene_directory(void);
void scene_remove_directory(char *path);

/* A number that a file under /proc/sys holds, -1 when there is none. */
int scene_sysctl(const char *path);

#endif
