/*
 * The build as users and distributions do it: their compiler and flags, their folders. Whatever they ask for, the
 * library stays the guest that hook_object_test describes, and what is installed finds its parts.
 */
#include "harness/case_directory.h"
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_SIZE = 4096 };

static const char *text(char into[TEXT_SIZE], const char *before, const char *path, const char *behind)
{
    assert_true(snprintf(into, TEXT_SIZE, "%s%s%s", before, path, behind) < TEXT_SIZE);
    return into;
}

static void make(const char *const *words)
{
    const char *argv[16] = {"make", "-s", "-C", scene_build("..")};
    size_t count = 4;
    while (*words)
        argv[count++] = *words++;
    argv[count] = NULL;
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    if (child_wait(child, 4 * CHILD_DEADLINE_MS) != 0)
        fail_msg("make: %s%s", child_output(child), child_errors(child));
    child_stop(child);
}

/* Debian keeps the kernel's headers where glibc's are; Alpine has them beside musl's, and its cc is this one. */
#ifdef __aarch64__
#define KERNEL_HEADERS "-idirafter /usr/include -idirafter /usr/include/aarch64-linux-gnu"
#else
#define KERNEL_HEADERS "-idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu"
#endif
#define CC_MUSL "CC=musl-gcc " KERNEL_HEADERS

struct flags {
    const char *name, *compiler, *compile, *link;
};

static const struct flags flags[] = {
    {"sanitizers", "CC=gcc", "CFLAGS=-O1 -fsanitize=address,undefined", "LDFLAGS="},
    {"clang's sanitizers", "CC=clang", "CFLAGS=-O0 -fsanitize=address", "LDFLAGS="},
    {"coverage", "CC=gcc", "CFLAGS=-O0 --coverage", "LDFLAGS=--coverage"},
    {"hardening", "CC=gcc",
     "CFLAGS=-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fcf-protection -fstack-clash-protection",
     "LDFLAGS=-Wl,-z,relro -Wl,-z,now -Wl,-z,defs -Wl,--as-needed -Wl,-z,pack-relative-relocs"},
    {"musl", CC_MUSL, "CFLAGS=-O2", "LDFLAGS="},
};
enum { FLAGS = sizeof flags / sizeof *flags, OTHERS = 6 };

static void library_stays_a_guest(void **state)
{
    const struct flags *one = *state;
    char build[TEXT_SIZE], library[TEXT_SIZE], variable[TEXT_SIZE];
    text(library, "", case_directory(), "/libtcpalive.so");
    text(variable, "TCPALIVE_TEST_LIBRARY=", library, "");
    make((const char *[]){text(build, "BUILD=", case_directory(), ""), one->compiler, one->compile, one->link, library,
                          NULL});
    const char *argv[] = {scene_build("tests/hooks/object_test"), NULL}, *environment[] = {variable, NULL};
    static char said[1 << 16];
    if (child_run(&(struct child_plan){.argv = argv, .environment = environment}, said, sizeof said) != 0)
        fail_msg("%s", said);
}

/* What lies below the directory, one `mode path` a line, sorted. */
static void files_are(const char *wanted)
{
    static const char script[] = "cd \"$1\" && find . -type f -printf '%m %p\\n' | sort -k 2";
    const char *argv[] = {"sh", "-c", script, "sh", case_directory(), NULL};
    char found[TEXT_SIZE];
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, found, sizeof found), 0);
    assert_string_equal(found, wanted);
}

static void installs_below_prefix(void **state)
{
    char prefix[TEXT_SIZE], command[TEXT_SIZE], wanted[TEXT_SIZE], found[TEXT_SIZE];
    (void)state;
    make((const char *[]){"install", text(prefix, "PREFIX=", case_directory(), ""), NULL});
    files_are("755 ./bin/tcpalive\n"
              "644 ./lib/systemd/system/tcpalive.service\n"
              "644 ./lib/tcpalive/libtcpalive.so\n"
              "644 ./share/bash-completion/completions/tcpalive\n"
              "644 ./share/fish/vendor_completions.d/tcpalive.fish\n"
              "644 ./share/man/man1/tcpalive.1\n"
              "644 ./share/man/man7/libtcpalive.7\n"
              "644 ./share/zsh/site-functions/_tcpalive\n");
    const char *argv[] = {
        text(command, "", case_directory(), "/bin/tcpalive"), "run", "--", "sh", "-c", "echo $LD_PRELOAD", NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, found, sizeof found), 0);
    assert_string_equal(found, text(wanted, "", case_directory(), "/lib/tcpalive/libtcpalive.so\n"));
}

static void stages_below_a_folder_with_a_space(void **state)
{
    char folder[TEXT_SIZE];
    (void)state;
    make((const char *[]){"install", text(folder, "DESTDIR=", case_directory(), "/a b"), "PREFIX=/usr", NULL});
    files_are("755 ./a b/usr/bin/tcpalive\n"
              "644 ./a b/usr/lib/systemd/system/tcpalive.service\n"
              "644 ./a b/usr/lib/tcpalive/libtcpalive.so\n"
              "644 ./a b/usr/share/bash-completion/completions/tcpalive\n"
              "644 ./a b/usr/share/fish/vendor_completions.d/tcpalive.fish\n"
              "644 ./a b/usr/share/man/man1/tcpalive.1\n"
              "644 ./a b/usr/share/man/man7/libtcpalive.7\n"
              "644 ./a b/usr/share/zsh/site-functions/_tcpalive\n");
}

/*
 * Where a distribution wants its libraries: the command, which knows, finds it there and says where it looked when
 * it is gone.
 */
static void the_library_is_found_in_any_libdir(void **state)
{
    char prefix[TEXT_SIZE], libdir[TEXT_SIZE], command[TEXT_SIZE], library[TEXT_SIZE], wanted[TEXT_SIZE],
        found[TEXT_SIZE];
    (void)state;
    make((const char *[]){"install", text(prefix, "PREFIX=", case_directory(), "/usr"),
                          text(libdir, "LIBDIR=", case_directory(), "/elsewhere"), NULL});
    text(library, "", case_directory(), "/elsewhere/libtcpalive.so");
    const char *argv[] = {
        text(command, "", case_directory(), "/usr/bin/tcpalive"), "run", "--", "sh", "-c", "echo $LD_PRELOAD", NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, found, sizeof found), 0);
    assert_int_equal(strncmp(found, library, strlen(library)), 0);
    assert_int_equal(unlink(library), 0);
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 125);
    assert_non_null(strstr(child_errors(child), text(wanted, ", ", case_directory(), "/elsewhere\n")));
    child_stop(child);
}

static void uninstall_leaves_nothing(void **state)
{
    char prefix[TEXT_SIZE];
    (void)state;
    text(prefix, "PREFIX=", case_directory(), "");
    make((const char *[]){"install", prefix, NULL});
    make((const char *[]){"uninstall", prefix, NULL});
    files_are("");
}

/* A compiler for another machine makes nothing that runs here. */
static void a_cross_build_installs_whole_man_pages(void **state)
{
    char prefix[TEXT_SIZE], build[TEXT_SIZE];
    (void)state;
    text(build, "BUILD=", case_directory(), "/build");
    text(prefix, "PREFIX=", case_directory(), "/usr");
    make((const char *[]){"install", "CC=aarch64-linux-gnu-gcc", "AR=aarch64-linux-gnu-ar", build, prefix, NULL});
    static const char script[] = "grep -c '^.BR TCPALIVE_IDLE' \"$1/usr/share/man/man1/tcpalive.1\"";
    const char *argv[] = {"sh", "-c", script, "sh", case_directory(), NULL};
    char found[TEXT_SIZE];
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, found, sizeof found), 0);
    assert_string_equal(found, "1\n");
}

/* The command as Alpine's cc makes it: it runs, and finds the library beside it. */
static void command_on_musl(void **state)
{
    char build[TEXT_SIZE], command[TEXT_SIZE], wanted[TEXT_SIZE], found[TEXT_SIZE];
    (void)state;
    make((const char *[]){text(build, "BUILD=", case_directory(), ""), CC_MUSL, "all", NULL});
    const char *argv[] = {
        text(command, "", case_directory(), "/tcpalive"), "run", "--", "sh", "-c", "echo $LD_PRELOAD", NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, found, sizeof found), 0);
    assert_string_equal(found, text(wanted, "", case_directory(), "/libtcpalive.so\n"));
    const char *check[] = {command, "check", command, NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = check}, found, sizeof found), 0);
    assert_non_null(strstr(found, "musl"));
}

int main(void)
{
    static struct CMUnitTest tests[FLAGS + OTHERS] = {
        {"installs_below_prefix", installs_below_prefix, case_directory_make, case_directory_remove, NULL},
        {"stages_below_a_folder_with_a_space", stages_below_a_folder_with_a_space, case_directory_make,
         case_directory_remove, NULL},
        {"the_library_is_found_in_any_libdir", the_library_is_found_in_any_libdir, case_directory_make,
         case_directory_remove, NULL},
        {"uninstall_leaves_nothing", uninstall_leaves_nothing, case_directory_make, case_directory_remove, NULL},
        {"a_cross_build_installs_whole_man_pages", a_cross_build_installs_whole_man_pages, case_directory_make,
         case_directory_remove, NULL},
        {"command_on_musl", command_on_musl, case_directory_make, case_directory_remove, NULL},
    };
    for (size_t i = 0; i < FLAGS; i++)
        tests[OTHERS + i] = (struct CMUnitTest){flags[i].name, library_stays_a_guest, case_directory_make,
                                                case_directory_remove, (void *)&flags[i]};
    return _cmocka_run_group_tests("build", tests, FLAGS + OTHERS, NULL, NULL);
}
