#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "wine.h"
#include <string.h>

enum { SCREEN_SIZE = 8192 };

const char *wine_screen(struct child *child)
{
    static char screen[SCREEN_SIZE];
    const char *from = child_output(child);
    char *to = screen;
    while (*from && to < screen + sizeof screen - 1) {
        if (*from != '\033') {
            *to++ = *from++;
            continue;
        }
        from += strcspn(from, "ABCDEFGHJKhlmt");
        if (*from == 'C')
            *to++ = ' ';
        from += *from != '\0';
    }
    *to = '\0';
    return screen;
}

struct wait {
    struct child *child;
    const char *text;
};

static int shows(void *context)
{
    const struct wait *wait = context;
    return strstr(wine_screen(wait->child), wait->text) != NULL;
}

void wine_screen_with(struct child *child, const char *text)
{
    struct wait wait = {child, text};
    if (scene_until(shows, &wait, WINE_DEADLINE_MS) != 0)
        fail_msg("the console shows no '%s': %s", text, wine_screen(child));
}
