/*
 * Programs that start others without the library: what `tcpalive run` and `tcpalive check` say of them, by their words.
 */
#include "command.h"
#include "harness/case_directory.h"
#include "harness/cmocka_all.h"
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REACHES "; TCPALIVE_FOLLOW=on or --method supervise reaches that"
#define LEAVES  "leaves LD_PRELOAD out of the environment of what it starts" REACHES

/* What is refused need not be there to start anything: a stand-in has the name. `who` is at fault; "": the first. */
static const struct launcher_row {
    const char *name, *words[7], *who; /* NULL: nobody */
} launcher_rows[] = {
    {"sudo", {"true"}, ""},
    {"sudo", {"-u", "nobody", "LD_PRELOAD=/x/libtcpalive.so", "true"}, NULL},
    {"doas", {"-u", "nobody", "true"}, ""},
    {"pkexec", {"true"}, ""},
    {"su", {"-", "nobody"}, ""},
    {"su", {"nobody", "-lc", "true"}, ""},
    {"su", {"-c", "true", "--login"}, ""},
    {"su", {"nobody", "-c", "true"}, NULL},
    {"su", {"nobody", "-c", "cd / && env -i true"}, "env"},
    {"su", {"-cl", "nobody", "--", "-"}, NULL},
    {"runuser", {"-l", "nobody"}, ""},
    {"runuser", {"-u", "nobody", "--", "ls", "-l"}, NULL},
    {"runuser", {"-u", "nobody", "--", "env", "-i", "ls"}, "env"},
    {"env", {"-i", "true"}, ""},
    {"env", {"-", "A=b", "true"}, ""},
    {"env", {"-C", "/", "-u", "LD_PRELOAD", "true"}, ""},
    {"env", {"-uLD_PRELOAD", "true"}, ""},
    {"env", {"LD_PRELOAD=libother.so", "true"}, ""},
    {"env", {"A=b", "/bin/sudo", "true"}, "/bin/sudo"},
    {"env", {"A=b", "-i"}, NULL},
    {"env", {"-i", "LD_PRELOAD=/x/libtcpalive.so", "true"}, NULL},
    {"env", {"-u", "HOME", "true", "-i"}, NULL},
    {"setpriv", {"--reuid", "9", "--reset-env", "true"}, ""},
    {"setpriv", {"--reuid=9", "true", "--reset-env"}, NULL},
    {"setpriv", {"--nnp", "sudo", "true"}, "sudo"},
    {"bwrap", {"--clearenv", "true"}, ""},
    {"bwrap", {"--ro-bind", "/", "/", "--unsetenv", "LD_PRELOAD", "true"}, ""},
    {"bwrap", {"--setenv", "LD_PRELOAD", "libx.so", "true"}, ""},
    {"bwrap", {"--ro-bind", "/", "/", "--setenv", "A", "--clearenv", "true"}, NULL},
    {"nice", {"-n", "5", "env", "-i", "true"}, "env"},
    {"nice", {"-5", "timeout", "-s", "INT", "1m", "sudo", "true"}, "sudo"},
    {"nice", {"ls", "-i"}, NULL},
    {"timeout", {"-k", "5", "1", "setpriv", "--reset-env", "true"}, "setpriv"},
    {"timeout", {"--", "1", "su", "-", "nobody"}, "su"},
    {"setsid", {"-w", "su", "-l"}, "su"},
    {"nohup", {"env", "-", "true"}, "env"},
    {"chroot", {"--userspec=a", "/", "env", "-i", "true"}, "env"},
    {"unshare", {"-n", "--map-user", "env", "true", "-i"}, NULL},
    {"unshare", {"-Un", "env", "-i", "true"}, "env"},
    {"stdbuf", {"-oL", "ionice", "-c", "3", "doas", "true"}, "doas"},
    {"gosu", {"nobody", "true"}, NULL},
    {"gosu", {"nobody", "env", "-i", "true"}, "env"},
    {"env", {"-S", "-i true"}, ""},
    {"env", {"-vS", "A='b c' sudo", "true"}, "sudo"},
    {"env", {"--split-string=nice -n 5", "env", "-i", "true"}, "env"},
    {"env", {"-u", "-S", "nice", "-i"}, NULL},
    {"env", {"-S", "A=b nice # -i", "true"}, NULL},
    {"ip", {"netns", "exec", "blue", "env", "-i", "true"}, "env"},
    {"ip", {"addr", "env", "-i"}, NULL},
    {"setarch", {"x86_64", "-R", "sudo", "true"}, "sudo"},
    {"s6-setuidgid", {"nobody", "env", "-i", "true"}, "env"},
    {"xargs", {"-n", "1", "-I{}", "env", "-i", "true"}, "env"},
    {"xargs", {"ls", "-i"}, NULL},
    {"script", {"-qc", "env -i true", "/dev/null"}, "env"},
    {"flock", {"-w", "5", "/lock", "-c", "env -i true"}, "env"},
    {"start-stop-daemon", {"--start", "--exec", "/usr/bin/sudo", "--", "true"}, "/usr/bin/sudo"},
    {"faketime", {"yesterday", "env", "-i", "true"}, "env"},
    {"sh", {"-c", "true; exec sudo true"}, "sudo"},
    {"bash", {"-ec", "echo 'sudo true'"}, NULL},
};

/* Which of the rows is at fault, as a line says it. */
static void write_fault(char *into, size_t size, const char *before, const char *path, const struct launcher_row *row)
{
    if (*row->who)
        snprintf(into, size, "%s%sit starts %s, which " LEAVES, before, path, row->who);
    else
        snprintf(into, size, "%s%sit " LEAVES, before, path);
}

static void a_launcher_that_drops_the_environment_is_refused(void **state)
{
    char path[PATH_MAX], begins[PATH_MAX + 64], wanted[PATH_MAX + 512];
    (void)state;
    for (size_t i = 0; i < sizeof launcher_rows / sizeof *launcher_rows; i++) {
        const struct launcher_row *row = &launcher_rows[i];
        snprintf(path, sizeof path, "%s", case_path(row->name));
        command_write_script(path, "exit 3");
        snprintf(begins, sizeof begins, "tcpalive: refused '%s': ", path);
        if (row->who)
            write_fault(wanted, sizeof wanted, begins, "", row);
        const char *const *w = row->words;
        const struct command_row command = {
            {"run", "--strict", "--method=preload", "--", path, w[0], w[1], w[2], w[3], w[4], w[5], w[6]},
            row->who ? 125 : 3,
            row->who ? wanted : "",
            {NULL}};
        command_expect(&command, 1);
    }
}

/* Of a program with its arguments; the programs that are started have answers of their own. */
static void check_sees_through_launchers(void **state)
{
    char wanted[1024];
    (void)state;
    for (size_t i = 0; i < sizeof launcher_rows / sizeof *launcher_rows; i++) {
        const struct launcher_row *row = &launcher_rows[i];
        const char *const *w = row->words, *const words[] = {"check", row->name, w[0], w[1], w[2],
                                                             w[3],    w[4],      w[5], w[6], NULL};
        char path[64];
        snprintf(path, sizeof path, "/usr/bin/%s", row->name);
        if (access(path, X_OK) != 0 || strcmp(row->name, "su") == 0)
            continue;
        struct child *child = command_start(words, NULL);
        child_wait(child, CHILD_DEADLINE_MS);
        char *answer = strdup(child_output(child));
        assert_true(answer && *answer);
        char *second = strstr(answer, "\n/");
        if (second)
            *second = '\0';
        if (row->who)
            write_fault(wanted, sizeof wanted, "\nnot reached then: ", "", row);
        if (!strstr(answer, row->who ? wanted : "") || (!row->who && strstr(answer, "not reached then: ")))
            fail_msg("check %s %s: %s", row->name, w[0], answer);
        free(answer);
        child_stop(child);
    }
}

static void check_tells_programs_from_arguments(void **state)
{
    static const struct {
        const char *words[6], *answers; /* the first letters of the lines that name a program */
    } rows[] = {
        {{"su", "passwd", "ls"}, "/usr/bin/su /usr/bin/passwd /usr/bin/ls "},
        {{"su", "-", "root"}, "/usr/bin/su "},
        {{"ls", "nice", "-n", "5", "cat", "-n"}, "/usr/bin/ls /usr/bin/nice /usr/bin/cat "},
        {{"env", "A=b", "timeout", "5", "cat"}, "/usr/bin/env /usr/bin/timeout /usr/bin/cat "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const *w = rows[i].words, *const words[] = {"check", w[0], w[1], w[2], w[3], w[4], w[5], NULL};
        char named[512] = "";
        struct child *child = command_start(words, NULL);
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
        for (const char *line = child_output(child); *line; line = strchr(line, '\n') + 1)
            if (*line == '/')
                snprintf(named + strlen(named), sizeof named - strlen(named), "%.*s ", (int)strcspn(line, ":"), line);
        assert_string_equal(named, rows[i].answers);
        child_stop(child);
    }
}

/* Where the process itself becomes the program, the library says so at the exec, and run does not. */
static void what_is_lost_is_one_line(void **state)
{
    static const char *const lines[][5] = {
        {"env", "-i", "true"}, {"nice", "env", "-i", "true"}, {"timeout", "9", "env", "-i", "true"}};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *const *w = lines[i], *const words[] = {"run", "--method=preload", w[0], w[1], w[2], w[3], w[4],
                                                           NULL};
        struct child *child = command_start(words, NULL);
        assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 0);
        const char *errors = child_errors(child), *end = strchr(errors, '\n');
        assert_non_null(end);
        assert_string_equal(end, "\n");
        child_stop(child);
    }
}

static void a_script_that_sets_the_preload_is_told(void **state)
{
    static const char *const kept[] = {"export LD_PRELOAD=libx.so:$LD_PRELOAD", "LD_PRELOAD=\"${LD_PRELOAD:+x}\"",
                                       "MY_LD_PRELOAD=libx.so"};
    char path[PATH_MAX], told[PATH_MAX + 256], refused[PATH_MAX + 256];
    (void)state;
    snprintf(path, sizeof path, "%s", case_path("entry"));
    snprintf(told, sizeof told, "tcpalive: not reached '%s': it sets LD_PRELOAD itself for what it starts" REACHES "\n",
             path);
    snprintf(refused, sizeof refused, "tcpalive: refused '%s': it sets", path);
    command_write_script(path, "export LD_PRELOAD=");
    const struct command_row rows[] = {
        {{"run", "--method=preload", path}, 0, told, {NULL}},
        {{"run", "--strict", "--method=preload", path}, 125, refused, {NULL}},
        {{"run", "--strict", "--method=preload", "--follow=on", path}, 0, "", {NULL}},
        {{"run", "--method=preload", "--log=error", path}, 0, "", {NULL}},
    };
    command_expect(rows, sizeof rows / sizeof *rows);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        command_write_script(path, kept[i]);
        command_expect(&(struct command_row){{"run", "--strict", "--method=preload", "true"}, 0, "", {NULL}}, 1);
        command_expect(&(struct command_row){{"run", "--strict", "--method=preload", path}, 0, "", {NULL}}, 1);
    }
}

#define SETS "tcpalive: refused '/bin/sh': it sets LD_PRELOAD itself for what it starts" REACHES "\n"
#define BEHIND                                                                                                         \
    "tcpalive: refused '/usr/bin/nice': it starts sh, which sets LD_PRELOAD itself for what it starts" REACHES "\n"

static void a_shells_text_that_sets_the_preload_is_told(void **state)
{
    (void)state;
    const struct command_row texts[] = {
        {{"run", "--strict", "--method=preload", "/bin/sh", "-c", "export LD_PRELOAD=x.so; exec true"},
         125,
         SETS,
         {NULL}},
        {{"run", "--strict", "--method=preload", "/usr/bin/nice", "sh", "-ec", "LD_PRELOAD=x.so true"},
         125,
         BEHIND,
         {NULL}},
        {{"run", "--strict", "--method=preload", "/bin/sh", "-c", "export LD_PRELOAD=:$LD_PRELOAD; true"},
         0,
         "",
         {NULL}},
        {{"run", "--strict", "--method=preload", "--follow=on", "/bin/sh", "-c", "export LD_PRELOAD=; true"},
         0,
         "",
         {NULL}},
    };
    command_expect(texts, sizeof texts / sizeof *texts);
}

/* A script's own words are looked at where its shell becomes the program. */
static void a_script_that_becomes_a_launcher_is_told(void **state)
{
    static const struct {
        const char *line;
        bool loses;
    } rows[] = {{"exec sudo -u app true", true},
                {"cd / && exec nice env -i true", true},
                {"[ $# = 9 ] && sudo true; exit 0", false},
                {"echo exec sudo; exit 0", false},
                {"exec env A=b true", false}};
    char path[PATH_MAX];
    (void)state;
    snprintf(path, sizeof path, "%s", case_path("entry"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char refused[PATH_MAX + 256];
        snprintf(refused, sizeof refused, "tcpalive: refused '%s': it starts ", path);
        command_write_script(path, rows[i].line);
        command_expect(&(struct command_row){{"run", "--strict", "--method=preload", path},
                                             rows[i].loses ? 125 : 0,
                                             rows[i].loses ? refused : "",
                                             {NULL}},
                       1);
    }
}

/* Looked through as far as it goes without end or harm. */
static void a_script_that_starts_itself_is_looked_at(void **state)
{
    enum { LINES = 200 };
    static char text[LINES * (PATH_MAX / 8)];
    size_t used = (size_t)snprintf(text, sizeof text, "exit 0\n");
    const char *path = case_path("entry");
    (void)state;
    for (int i = 0; i < LINES && used < sizeof text; i++)
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "exec sh %s\nexec nice sh -c 'exec sh %s'\n", path, path);
    command_write_script(path, text);
    command_expect(&(struct command_row){{"run", "--strict", "--method=preload", path}, 0, "", {NULL}}, 1);
}

#define IN_DIRECTORY(name) cmocka_unit_test_setup_teardown(name, case_directory_make, case_directory_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIRECTORY(a_launcher_that_drops_the_environment_is_refused),
        COMMAND_TEST(check_sees_through_launchers),
        COMMAND_TEST(check_tells_programs_from_arguments),
        COMMAND_TEST(what_is_lost_is_one_line),
        IN_DIRECTORY(a_script_that_sets_the_preload_is_told),
        COMMAND_TEST(a_shells_text_that_sets_the_preload_is_told),
        IN_DIRECTORY(a_script_that_becomes_a_launcher_is_told),
        IN_DIRECTORY(a_script_that_starts_itself_is_looked_at),
    };
    return cmocka_run_group_tests(tests, command_find, NULL);
}
