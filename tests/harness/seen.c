#include "seen.h"
#include "child.h"
#include "cmocka_all.h"
#include <stdio.h>
#include <unistd.h>

void seen_file(const char *file, const char *root, const char *way, const char *note)
{
    static const char script[] = "tests/harness/seen.sh";
    char line[512];
    const char *argv[] = {script, way, file, root ? root : "", note ? note : "", NULL};
    if (geteuid() != 0 && access(script, X_OK) != 0)
        return; /* another user's folder: its owner's run says the same */
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, line, sizeof line), 0);
    print_message("%s", line);
}

void seen(pid_t pid, const char *way, const char *note)
{
    char file[32];
    snprintf(file, sizeof file, "/proc/%d/exe", (int)pid);
    seen_file(file, NULL, way, note);
}
