#include "scene.h"
#include "cmocka_all.h"
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { STEP_MS = 10 };

const char *scene_build(const char *file)
{
    static char paths[8][4096];
    static size_t turn;
    char *path = paths[turn++ % 8];
    ssize_t length = readlink("/proc/self/exe", path, sizeof paths[0] - 1);
    assert_true(length > 0);
    path[length] = '\0';
    for (int level = 0; level < 3; level++) /* build/tests/ROOM/NAME_test */
        *strrchr(path, '/') = '\0';
    size_t used = strlen(path);
    assert_true((size_t)snprintf(path + used, sizeof paths[0] - used, "/%s", file) < sizeof paths[0] - used);
    return path;
}

static void from_environment(char room[512], const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    assert_true(snprintf(room, 512, "%s", value ? value : otherwise) < 512);
}

const struct scene_target *scene_target(void)
{
    static struct scene_target target;
    if (!target.library[0]) {
        from_environment(target.library, "TCPALIVE_TEST_LIBRARY", scene_build("libtcpalive.so"));
        from_environment(target.probe, "TCPALIVE_TEST_PROBE", scene_build("tests/probe"));
        from_environment(target.root, "TCPALIVE_TEST_ROOT", "");
        target.root_proc = getenv("TCPALIVE_TEST_ROOT_PROC") != NULL;
        from_environment(target.launcher, "TCPALIVE_TEST_LAUNCHER", "");
        from_environment(target.environment_option, "TCPALIVE_TEST_ENVIRONMENT_OPTION", "");
    }
    return &target;
}

const char *scene_beside(const char *file)
{
    static char paths[4][1024];
    static size_t turn;
    char *path = paths[turn++ % 4];
    const char *probe = scene_target()->probe;
    int folder = (int)(strrchr(probe, '/') - probe);
    assert_true(snprintf(path, sizeof paths[0], "%.*s/%s", folder, probe, file) < (int)sizeof paths[0]);
    return path;
}

const char *scene_inside(const char *path)
{
    size_t root = strlen(scene_target()->root);
    return strncmp(path, scene_target()->root, root) == 0 ? path + root : path;
}

long long scene_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

long long scene_deadline(int ms)
{
    const char *patience = getenv("TEST_PATIENCE");
    return scene_now_ms() + (long long)ms * (patience ? atoi(patience) : 1);
}

int scene_until(int (*done)(void *), void *argument, int deadline_ms)
{
    long long end = scene_deadline(deadline_ms);
    while (!done(argument)) {
        if (scene_now_ms() > end)
            return -1;
        poll(NULL, 0, STEP_MS);
    }
    return 0;
}

char *scene_directory(void)
{
    char *path = NULL;
    const char *parent = getenv("TMPDIR"), *root = scene_target()->root;
    assert_true(asprintf(&path, "%s%s/tcpalive-test-XXXXXX", root, *root || !parent ? "/tmp" : parent) > 0);
    assert_non_null(mkdtemp(path));
    assert_int_equal(chmod(path, 0777), 0);
    return path;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

void scene_remove_directory(char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    free(path);
}

int scene_sysctl(const char *path)
{
    int value = -1;
    FILE *file = fopen(path, "re");
    if (!file)
        return -1;
    if (fscanf(file, "%d", &value) != 1)
        value = -1;
    fclose(file);
    return value;
}
