#include "wine_newer.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* The two mount namespaces; -1: there is none. */
static int here = -1, there = -1;

int wine_newer_wanted(void)
{
    const char *wine = getenv("TCPALIVE_TEST_WINE");
    return wine && strcmp(wine, "newer") == 0;
}

static int mounts(void)
{
    int fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

/* Stays in the folder that it was in. */
static void enter(int namespace)
{
    char folder[PATH_MAX];
    if (namespace < 0)
        return;
    assert_non_null(getcwd(folder, sizeof folder));
    assert_int_equal(setns(namespace, CLONE_NEWNS), 0);
    assert_int_equal(chdir(folder), 0);
}

int wine_newer_make(void)
{
    static const char *const places[][2] = {{"cache/wine_newer/wine", "/usr/lib/wine"},
                                            {"cache/wine_newer/share", "/usr/share/wine"},
                                            {"cache/wine_newer/lib", "/usr/lib/x86_64-linux-gnu"}};
    here = mounts();
    if (unshare(CLONE_NEWNS) != 0)
        return -1;
    assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        assert_int_equal(mount(scene_build(places[i][0]), places[i][1], NULL, MS_BIND, NULL), 0);
    there = mounts();
    enter(here);
    return 0;
}

void wine_newer_enter(void)
{
    enter(there);
}

void wine_newer_leave(void)
{
    enter(here);
}
