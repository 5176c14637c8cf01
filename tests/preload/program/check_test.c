/*
 * `tcpalive check` on files of every kind: what they are, which methods reach them, and the exit code that a
 * script relies on. That `run` then really reaches them is supervise_programs_test's and the hooks' business.
 */
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { ROOM = 8192 };

static int run_check(const char *file, uid_t uid, char *output, char *errors)
{
    const char *argv[] = {place_file("tcpalive"), "check", "--", file, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = uid});
    int status = child_wait(child, CHILD_DEADLINE_MS);
    snprintf(output, ROOM, "%s", child_output(child));
    if (errors)
        snprintf(errors, ROOM, "%s", child_errors(child));
    child_stop(child);
    return status;
}

/* What the output says behind a method's name. */
static void expect_method(const char *output, const char *method, const char *says)
{
    char start[32];
    snprintf(start, sizeof start, "\n  %s ", method);
    const char *line = strstr(output, start);
    assert_non_null(line);
    line += strlen(start);
    line += strspn(line, " ");
    if (strncmp(line, says, strlen(says)) != 0)
        fail_msg("%s: expected \"%s\" in: %s", method, says, output);
}

static void expect(const char *file, uid_t uid, int status, const char *kind, const char *preload, const char *run)
{
    char output[ROOM];
    if (!file)
        skip();
    assert_int_equal(run_check(file, uid, output, NULL), status);
    if (!strstr(output, kind) || !strstr(output, run))
        fail_msg("expected \"%s\" and \"%s\" in: %s", kind, run, output);
    expect_method(output, "preload", preload);
    expect_method(output, "attach", "yes");
    expect_method(output, "cgroup", "yes");
}

#define KIND_TEST(name, file, kind, preload, run)                                                                      \
    static void name(void **state)                                                                                     \
    {                                                                                                                  \
        (void)state;                                                                                                   \
        expect(file, 0, 0, kind, preload, run);                                                                        \
    }

#define PRELOADED  "tcpalive run takes preload\nleft out: static and Go programs that it starts, "
#define SUPERVISED "tcpalive run takes supervise"

KIND_TEST(dynamic_glibc, place_file("tests/direct/dynamic"), ": dynamic program, ", "yes", PRELOADED)
KIND_TEST(dynamic_musl, place_file("tests/direct/dynamic-musl"), ", musl\n", "yes", PRELOADED)
KIND_TEST(static_program, place_file("tests/direct/static"), ": static program, ", "no   it is static", SUPERVISED)
KIND_TEST(static_pie, place_file("tests/direct/static-pie"), ": static program, ", "no   it is static", SUPERVISED)
KIND_TEST(static_musl, place_file("tests/direct/static-musl"), ": static program, ", "no   it is static", SUPERVISED)
KIND_TEST(dynamic_i386, place_file("i386-linux-gnu/tests/probe"), ", i386, glibc\n",
          "no   it has another word size, and no library for i386-linux-gnu is installed\n", SUPERVISED)
KIND_TEST(static_i386, place_file("tests/direct/static-i386"), ", i386\n", "no   it is static", SUPERVISED)
KIND_TEST(static_busybox, place_file("/bin/busybox"), ": static program, ", "no   it is static", SUPERVISED)
KIND_TEST(go_static, place_file("tests/direct/go-static"), ": Go program, ", "no   it is written in Go", SUPERVISED)
KIND_TEST(go_cgo, place_file("tests/direct/go-cgo"), ": Go program with cgo, ", "no   it is written in Go", SUPERVISED)
KIND_TEST(pascal, place_file("tests/direct/pascal"), ": Free Pascal program, ", "no   it is written in Free",
          SUPERVISED)
KIND_TEST(pascal_threads, place_file("tests/direct/pascal-threads"), ": Free Pascal program, ",
          "no   it is written in Free", SUPERVISED)

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static const char *script(const char *name, const char *text)
{
    const char *path = place_path(name);
    write_file(path, text, 0755);
    return path;
}

static void scripts_are_what_interprets_them(void **state)
{
    char text[1024], output[ROOM];
    const char *binary = place_file("tests/direct/static");
    (void)state;
    expect(script("s1", "#!/bin/sh\n"), 0, 0, "script for /bin/sh, a dynamic", "yes", PRELOADED);
    expect(script("s2", "echo no line to say it\n"), 0, 0, "script for /bin/sh, a dynamic", "yes", PRELOADED);
    expect(script("s3", "#! /usr/bin/env -S A=b sh -u\n"), 0, 0, "/sh, a dynamic", "yes", PRELOADED);
    snprintf(text, sizeof text, "#!%s option\n", binary);
    expect(script("s4", text), 0, 0, "a static program", "no   it is static", SUPERVISED);
    snprintf(text, sizeof text, "#!%s", place_path("s4"));
    expect(script("s5", text), 0, 0, "a static program", "no   it is static", SUPERVISED);
    snprintf(text, sizeof text, "#!%s\n", place_path("s6"));
    assert_int_equal(run_check(script("s6", text), 0, output, NULL), 126); /* itself, for ever */
    assert_int_equal(run_check(script("s7", "#!/nowhere/at/all\n"), 0, output, NULL), 127);
}

static void what_loses_the_environment(void **state)
{
    char output[ROOM];
    (void)state;
    assert_int_equal(run_check(script("entry", "#!/bin/sh\nexport LD_PRELOAD=libother.so\n"), 0, output, NULL), 0);
    assert_non_null(strstr(output, "\nnot reached then: it sets LD_PRELOAD itself for what it starts; "));
    assert_int_equal(run_check(script("sudo", "#!/bin/sh\n"), 0, output, NULL), 0);
    assert_non_null(strstr(output, "\nnot reached then: it leaves LD_PRELOAD out of the environment of "));
    assert_int_equal(run_check(script("su", "#!/bin/sh\n"), 0, output, NULL), 0);
    assert_null(strstr(output, "not reached then"));
}

static void what_cannot_be_started(void **state)
{
    char output[ROOM], errors[ROOM];
    (void)state;
    assert_int_equal(run_check("/nowhere/at/all", 0, output, errors), 127);
    assert_string_equal(errors, "tcpalive: program '/nowhere/at/all': No such file or directory\n");
    assert_int_equal(run_check("no-such-program-in-path", 0, output, errors), 127);
    assert_int_equal(run_check("", 0, output, errors), 127);
    write_file(place_path("plain"), "text\n", 0644);
    assert_int_equal(run_check(place_path("plain"), 0, output, errors), 126);
    assert_int_equal(run_check("/tmp", 0, output, errors), 126);
    assert_string_equal(errors, "tcpalive: program '/tmp': Permission denied\n");
    const char *argv[] = {place_file("tcpalive"), "check", NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, NULL, 0), 125);
}

static void path_is_searched(void **state)
{
    char output[ROOM];
    (void)state;
    assert_int_equal(run_check("sh", 0, output, NULL), 0);
    assert_non_null(strstr(output, "/bin/sh: dynamic program"));
}

/* A copy of the dynamic program with other rights. */
static const char *with_mode(const char *name, mode_t mode, uid_t owner)
{
    const char *from = place_file("tests/direct/dynamic"), *to = place_path(name);
    const char *argv[] = {"cp", from, to, NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, NULL, 0), 0);
    assert_int_equal(chown(to, owner, owner), 0);
    assert_int_equal(chmod(to, mode), 0);
    return to;
}

/* In the build directory lies the library for such programs, and `run` takes it. */
static void dynamic_i386_with_its_library(void **state)
{
    char output[ROOM];
    const char *argv[] = {scene_build("tcpalive"), "check", scene_build("i386-linux-gnu/tests/probe"), NULL};
    (void)state;
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, output, sizeof output), 0);
    expect_method(output, "preload", "yes");
    assert_non_null(strstr(output, PRELOADED));
}

static void other_rights_drop_the_preload(void **state)
{
    (void)state;
    if (getuid() != 0)
        skip();
    with_mode("setuid", 04755, 0);
    with_mode("setgid", 02755, 0);
    with_mode("own", 04755, PLACE_NOBODY);
    expect(place_path("setuid"), PLACE_NOBODY, 1, ", setuid", "no   it is setuid", "cannot reach");
    expect(place_path("setgid"), PLACE_NOBODY, 1, ", setgid", "no   it is setgid", "cannot reach");
    expect(place_path("own"), PLACE_NOBODY, 0, ", setuid (which gives this user no other", "yes", PRELOADED);
    /* To root these are no rights that it lacks, and it may supervise without no_new_privs. */
    expect(place_path("setuid"), 0, 0, ", setuid (which", "yes", PRELOADED);
    expect(place_path("setgid"), 0, 0, ", setgid (which", "yes", PRELOADED);
    expect(place_path("own"), 0, 0, ", setuid", "no   it is setuid", SUPERVISED);
}

static void file_capabilities_drop_the_preload(void **state)
{
    (void)state;
    if (getuid() != 0)
        skip();
    const char *argv[] = {"setcap", "cap_net_raw+ep", with_mode("capable", 0755, 0), NULL};
    if (child_run(&(struct child_plan){.argv = argv}, NULL, 0) != 0)
        skip(); /* a file system without them */
    expect(place_path("capable"), PLACE_NOBODY, 1, "file capabilities", "no   it has file capabilities",
           "cannot reach");
    expect(place_path("capable"), 0, 0, ", file capabilities (which", "yes", PRELOADED);
}

static void no_new_privs_is_told_to_users_only(void **state)
{
    char output[ROOM];
    (void)state;
    if (getuid() != 0)
        skip();
    assert_int_equal(run_check(place_file("tests/direct/static"), 0, output, NULL), 0);
    assert_null(strstr(output, "no_new_privs"));
    assert_int_equal(run_check(place_file("tests/direct/static"), PLACE_NOBODY, output, NULL), 0);
    assert_non_null(strstr(output, "no_new_privs"));
}

static void a_file_that_may_not_be_read(void **state)
{
    (void)state;
    if (getuid() != 0)
        skip();
    with_mode("closed", 0711, 0);
    expect(place_path("closed"), PLACE_NOBODY, 1, "may not be read", "no   its file may not be read", "cannot reach");
}

static void another_machine(void **state)
{
    char output[ROOM];
    (void)state;
    const char *file = place_file("tests/direct/static");
    const char *to = place_path("foreign");
    const char *argv[] = {"cp", file, to, NULL};
    assert_int_equal(child_run(&(struct child_plan){.argv = argv}, NULL, 0), 0);
    int fd = open(to, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "\x16\x00", 2, 18), 2); /* EM_S390 */
    close(fd);
    assert_int_equal(run_check(to, 0, output, NULL), 1);
    assert_non_null(strstr(output, "another machine, s390"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dynamic_glibc),
        cmocka_unit_test(dynamic_musl),
        cmocka_unit_test(static_program),
        cmocka_unit_test(static_pie),
        cmocka_unit_test(static_musl),
        cmocka_unit_test(dynamic_i386),
        cmocka_unit_test(dynamic_i386_with_its_library),
        cmocka_unit_test(static_i386),
        cmocka_unit_test(static_busybox),
        cmocka_unit_test(go_static),
        cmocka_unit_test(go_cgo),
        cmocka_unit_test(pascal),
        cmocka_unit_test(pascal_threads),
        cmocka_unit_test(scripts_are_what_interprets_them),
        cmocka_unit_test(what_loses_the_environment),
        cmocka_unit_test(what_cannot_be_started),
        cmocka_unit_test(path_is_searched),
        cmocka_unit_test(other_rights_drop_the_preload),
        cmocka_unit_test(file_capabilities_drop_the_preload),
        cmocka_unit_test(no_new_privs_is_told_to_users_only),
        cmocka_unit_test(a_file_that_may_not_be_read),
        cmocka_unit_test(another_machine),
    };
    return cmocka_run_group_tests(tests, NULL, place_remove);
}
