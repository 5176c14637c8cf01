#include "case_directory.h"
#include "child.h"
#include "cmocka_all.h"
#include "scene.h"
#include <stdio.h>

static char *directory;

int case_directory_make(void **state)
{
    (void)state;
    directory = scene_directory();
    return 0;
}

int case_directory_remove(void **state)
{
    child_stop_all(state);
    scene_remove_directory(directory);
    return 0;
}

const char *case_directory(void)
{
    return directory;
}

const char *case_path(const char *name)
{
    static char path[4][4096];
    static size_t turn;
    char *room = path[turn++ % 4];
    assert_true(snprintf(room, sizeof path[0], "%s/%s", directory, name) < (int)sizeof path[0]);
    return room;
}
