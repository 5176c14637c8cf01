#include "wine.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "wine_newer.h"
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WINE   "/usr/lib/wine/wine64"
#define SERVER "/usr/lib/wine/wineserver64"
/* Names of files are Unicode on both sides; Wine 10 of Debian 13 aborts when TMPDIR is set. */
#define OWN_WORDS "env", "-u", "TMPDIR", "LC_ALL=C.UTF-8"

enum { WORDS_MAX = 48, VARIABLES_MAX = 32, TEXT_SIZE = 32768, COLD_START_MS = 120000 };

const char *const wine_words[2] = {"x86_64", "i686"};

static char *prefix;
static int own_network;

static struct child *start_there(const struct child_plan *plan)
{
    wine_newer_enter();
    struct child *child = child_start(plan);
    wine_newer_leave();
    return child;
}

static const char *const *environment_with(const char *const *more)
{
    static char windows[512], dlls[512];
    static const char *all[VARIABLES_MAX];
    size_t count = 0;
    while (more && *more && count < VARIABLES_MAX - 5)
        all[count++] = *more++; /* the first of a name counts */
    snprintf(windows, sizeof windows, "WINEPREFIX=%s", prefix);
    snprintf(dlls, sizeof dlls, "WINEDLLPATH=%s", scene_build("cache/wine/dlls"));
    all[count++] = windows;
    all[count++] = wine_newer_wanted() ? "WINESERVER=" SERVER : dlls;
    all[count++] = "WINEDEBUG=-all";
    all[count++] = "WINEDLLOVERRIDES=mscoree,mshtml=;winemenubuilder.exe=";
    all[count] = NULL;
    return all;
}

static void shell(const char *format, const char *first, const char *second)
{
    char command[1536];
    snprintf(command, sizeof command, format, first, second);
    assert_int_equal(system(command), 0);
}

/*
 * The server stays while no program runs, since one that starts just when the server leaves is lost. A minute after a
 * test that was killed it leaves by itself.
 */
static void begin_server(void)
{
    const char *argv[] = {OWN_WORDS, SERVER, "-p60", NULL};
    wine_newer_enter();
    child_run(&(struct child_plan){.argv = argv, .environment = environment_with(NULL)}, NULL, 0);
    wine_newer_leave();
}

/* Files that Windows programs write to the drive are few and go to its temporary folder. */
int wine_setup_here(void **state)
{
    const char *model = scene_build(wine_newer_wanted() ? "cache/wine_newer/prefix" : "cache/wine/prefix");
    (void)state;
    if (access(model, F_OK) != 0 || (wine_newer_wanted() && wine_newer_make() != 0)) {
        print_message("no Wine: run tests/setup/wine%s.sh as root\n", wine_newer_wanted() ? "_newer" : "");
        return -1;
    }
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* wineserver leaves its parent */
    prefix = scene_directory();
    assert_int_equal(chmod(prefix, 0700), 0);
    shell("cp -a '%s'/*.reg '%s'/", model, prefix);
    shell("cp -a '%s'/dosdevices '%s'/", model, prefix);
    shell("cp -a '%s'/.update-timestamp '%s'/", model, prefix);
    shell("ln -s '%s/drive_c' '%s/drive_c'", model, prefix);
    begin_server();
    const char *argv[] = {OWN_WORDS, WINE, "cmd", "/c", "exit 0", NULL};
    struct child *first = start_there(&(struct child_plan){.argv = argv, .environment = environment_with(NULL)});
    assert_int_equal(child_wait(first, COLD_START_MS), 0);
    child_stop(first);
    return 0;
}

/* Has loopback, and a way out on which nothing ever comes back. */
int wine_setup(void **state)
{
    own_network = unshare(CLONE_NEWNET) == 0;
    if (own_network)
        shell("ip link set lo up && ip link add out type veth peer name nobody && ip link set nobody up && "
              "ip address add %s/24 dev out && ip link set out up && ip route add default dev out && "
              "ip neighbour add %s lladdr 02:00:00:00:00:01 dev out",
              "198.51.100.1", "203.0.113.1");
    return wine_setup_here(state);
}

int wine_has_own_network(void)
{
    return own_network;
}

const char *wine_folder(void)
{
    return prefix;
}

void wine_end(void)
{
    const char *argv[] = {OWN_WORDS, SERVER, "-k", NULL}, *wait[] = {OWN_WORDS, SERVER, "-w", NULL};
    wine_newer_enter();
    child_run(&(struct child_plan){.argv = argv, .environment = environment_with(NULL)}, NULL, 0);
    child_run(&(struct child_plan){.argv = wait, .environment = environment_with(NULL)}, NULL, 0);
    wine_newer_leave();
}

int wine_teardown(void **state)
{
    child_stop_all(state);
    wine_end();
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    /* The folder of its server's socket is left behind by Debian's Wine. */
    shell("cd /tmp && [ ! -s '%s/wineserver' ] || rm -rf \"$(cat '%s/wineserver')\"", prefix, prefix);
    scene_remove_directory(prefix);
    prefix = NULL;
    return 0;
}

/* Adds the words of a text to argv, %w replaced; the copies stay for the test's length. */
static size_t add_words(const char **argv, size_t count, const char *text, const char *word)
{
    char line[TEXT_SIZE];
    size_t used = 0;
    for (; *text && used < sizeof line - 16; text++) {
        if (text[0] == '%' && text[1] == 'w') {
            used += (size_t)sprintf(line + used, "%s", word);
            text++;
        } else {
            line[used++] = *text;
        }
    }
    line[used] = '\0';
    for (char *rest = NULL, *one = strtok_r(line, " ", &rest); one; one = strtok_r(NULL, " ", &rest)) {
        assert_true(count < WORDS_MAX - 1);
        argv[count++] = strdup(one);
    }
    argv[count] = NULL;
    return count;
}

/* A program's path: as it stands when it has a slash, else among the test programs. */
static void place_program(const char **argument, const char *word)
{
    char path[512];
    snprintf(path, sizeof path, "windows/tests/%s/%s.exe", word, *argument);
    if (!strchr(*argument, '/'))
        *argument = strdup(scene_build(path));
}

/* The words of a Windows program's command line, from `argv` on; valid for the test's length. */
static void add_program(const char **argv, const char *word, const char *tool, const char *words)
{
    char path[64];
    size_t count = 0;
    while (argv[count])
        count++;
    if (tool) {
        snprintf(path, sizeof path, "windows/%s/tcpalive.exe", word);
        argv[count++] = strdup(scene_build(path));
        count = add_words(argv, count, tool, word);
    }
    size_t program = count;
    count = add_words(argv, count, words, word);
    if (count > program)
        place_program(&argv[program], word);
}

struct child *wine_start(const char *word, const char *tool, const char *words, const char *const *environment)
{
    const char *argv[WORDS_MAX] = {OWN_WORDS, WINE};
    add_program(argv, word, tool, words);
    return start_there(&(struct child_plan){.argv = argv, .environment = environment_with(environment)});
}

struct child *wine_start_console(const char *word, const char *tool, const char *words)
{
    char line[TEXT_SIZE] = "exec";
    const char *argv[WORDS_MAX] = {OWN_WORDS, WINE}, *typed[] = {"script", "-qec", line, "/dev/null", NULL};
    add_program(argv, word, tool, words);
    for (size_t i = 0; argv[i]; i++) {
        size_t used = strlen(line);
        assert_true((size_t)snprintf(line + used, sizeof line - used, " '%s'", argv[i]) < sizeof line - used);
    }
    return start_there(&(struct child_plan){.argv = typed, .environment = environment_with(NULL)});
}

static void copy_plain(char *to, size_t room, const char *from)
{
    size_t used = 0;
    for (; *from && used + 1 < room; from++)
        if (*from != '\r')
            to[used++] = *from;
    to[used] = '\0';
}

static int finish(struct child *child, char *output, char *errors, size_t room)
{
    child_close_stdin(child);
    int status = child_wait(child, COLD_START_MS);
    if (output)
        copy_plain(output, room, child_output(child));
    if (errors)
        copy_plain(errors, room, child_errors(child));
    child_stop(child);
    return status;
}

int wine_run(const char *word, const char *tool, const char *words, const char *const *environment, char *output,
             size_t room)
{
    return finish(wine_start(word, tool, words, environment), output, NULL, room);
}

int wine_tool(const char *word, const char *words, char *output, char *errors, size_t room)
{
    return finish(wine_start(word, words, "", NULL), output, errors, room);
}

long wine_number(struct child *child, const char *text)
{
    long long end = scene_now_ms() + WINE_DEADLINE_MS;
    for (const char *line; (line = child_line(child, (int)(end - scene_now_ms())));)
        if (strncmp(line, text, strlen(text)) == 0)
            return strtol(line + strlen(text), NULL, 10);
    print_message("%s%s", child_output(child), child_errors(child));
    return -1;
}

int wine_counts_probes(void)
{
    return wine_newer_wanted();
}

long wine_pid(int own_port)
{
    char output[TEXT_SIZE], words[64];
    snprintf(words, sizeof words, "list --json --port %d", own_port);
    assert_int_equal(wine_tool("x86_64", words, output, NULL, sizeof output), 0);
    const char *pid = strstr(output, "\"pid\":");
    if (!pid)
        fail_msg("list shows nobody with port %d: %s", own_port, output);
    return pid ? strtol(pid + strlen("\"pid\":"), NULL, 10) : -1;
}
