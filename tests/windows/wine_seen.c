#include "wine_seen.h"
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "wine_newer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `wine-8.0 (Debian 8.0~repack-4)` */
static int wine_version(void)
{
    static int version;
    static const char *const argv[] = {"/usr/lib/wine/wine64", "--version", NULL};
    char text[128];
    if (version)
        return version;
    wine_newer_enter();
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, text, sizeof text), 0);
    wine_newer_leave();
    assert_int_equal(strncmp(text, "wine-", 5), 0);
    return version = (int)strtol(text + 5, NULL, 10);
}

/* The newer one is Debian 13's own. */
static int debian_version(void)
{
    static const char key[] = "VERSION_ID=\"";
    char line[256];
    int version = 0;
    if (wine_newer_wanted())
        return 13;
    FILE *file = fopen("/etc/os-release", "re");
    assert_non_null(file);
    while (!version && fgets(line, sizeof line, file))
        if (strncmp(line, key, sizeof key - 1) == 0)
            version = (int)strtol(line + sizeof key - 1, NULL, 10);
    fclose(file);
    return version;
}

void wine_seen(const char *word, const char *program, const char *note)
{
    print_message("seen: Wine %d (Debian %d) | its own | %s | preload | %s%s%s%s\n", wine_version(), debian_version(),
                  word, program, note ? " (" : "", note ? note : "", note ? ")" : "");
}
