/* Yama (kernel.yama.ptrace_scope): whom a program lets look into it, and what is said where that is not enough. */
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/script.h"
#include "supervise.h"
#include <unistd.h>

/* Yama as many distributions set it, played by a file of its name: a warning, and the program is reached. */
static void yama_keeps_the_supervisor_out_of_children(void **state)
{
    static const char stage[] = "set -e; mount -t tmpfs none /proc/sys/kernel; mkdir /proc/sys/kernel/yama; "
                                "echo 1 >/proc/sys/kernel/yama/ptrace_scope; "
                                "exec setpriv --reuid=65534 --clear-groups \"$@\"";
    const char *words[SUPERVISE_WORDS] = {"unshare", "--mount", "sh", "-c", stage, "sh"};
    const char *probe[] = {"unshare", "--mount", "sh", "-c", "mount -t tmpfs none /proc/sys/kernel", NULL};
    (void)state;
    if (getuid() != 0 || child_run(&(struct child_plan){.argv = probe}, NULL, 0) != 0)
        skip();
    supervise_add(words, 6, supervise_words());
    struct child *child =
        supervise_begin(&(struct supervise_start){.launcher = words, .program = place_file("tests/direct/strain")});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
    assert_string_equal(child_errors(child), "tcpalive: not reached 'what it starts': kernel.yama.ptrace_scope lets a "
                                             "supervisor into the program alone\nidle 41\n");
}

/* With Yama itself, where it is there and set so. */
static void whoever_takes_over_may_look(void **state)
{
    const char *argv[] = {"tests/preload/supervise/yama.sh", place_file("tcpalive"), place_file("tests/direct/strain"),
                          NULL};
    (void)state;
    script_holds(argv, 8 * CHILD_DEADLINE_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISE_TEST(yama_keeps_the_supervisor_out_of_children),
        SUPERVISE_TEST(whoever_takes_over_may_look),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
