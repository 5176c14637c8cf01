#include "supervise.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In the supervisor's environment, to tell it from those of other programs on this machine. */
static const char *mark(void)
{
    static char text[64];
    snprintf(text, sizeof text, "SUPERVISE_TEST_OF=%d", (int)getpid());
    return text;
}

size_t supervise_add(const char **words, size_t count, const char *const *more)
{
    for (; *more; more++) {
        assert_true(count < SUPERVISE_WORDS - 2);
        words[count++] = *more;
    }
    return count;
}

struct child *supervise_begin(const struct supervise_start *start)
{
    const char *argv[SUPERVISE_WORDS] = {0}, *environment[] = {mark(), NULL};
    size_t count = start->launcher ? supervise_add(argv, 0, start->launcher) : 0;
    argv[count++] = start->program;
    argv[count++] = start->argument;
    assert_true(count < SUPERVISE_WORDS);
    return child_start(&(struct child_plan){
        .argv = argv, .environment = environment, .uid = start->uid, .descriptors = start->descriptors});
}

size_t supervise_look(struct child *child, struct oracle_socket *seen)
{
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("it does not get ready: %s", child_errors(child));
    ssize_t count = oracle_process(child_pid(child), seen, POLICY_ROOM);
    assert_true(count >= 3 && count <= POLICY_ROOM); /* a listener and both ends of a connection */
    return (size_t)count;
}

void supervise_expect(struct child *child, bool wanted)
{
    struct oracle_socket seen[POLICY_ROOM];
    size_t count = supervise_look(child, seen);
    policy_expect(seen, count, wanted);
}

/* One of that title, and not that one. */
static pid_t find_process(const char *title, pid_t before)
{
    char path[300], text[8192];
    pid_t found = 0;
    DIR *proc = opendir("/proc");
    for (struct dirent *entry; proc && !found && (entry = readdir(proc));) {
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        FILE *file = fopen(path, "re");
        size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
        if (file)
            fclose(file);
        text[length] = '\0';
        if (strcmp(text, title) != 0 || atoi(entry->d_name) == before)
            continue;
        snprintf(path, sizeof path, "/proc/%s/environ", entry->d_name);
        file = fopen(path, "re");
        length = file ? fread(text, 1, sizeof text - 1, file) : 0;
        if (file)
            fclose(file);
        if (memmem(text, length, mark(), strlen(mark())))
            found = atoi(entry->d_name);
    }
    if (proc)
        closedir(proc);
    return found;
}

pid_t supervise_process(const char *title)
{
    return find_process(title, 0);
}

struct wait {
    const char *title;
    pid_t before, now;
};

static int is_another(void *argument)
{
    struct wait *wait = argument;
    return (wait->now = find_process(wait->title, wait->before));
}

pid_t supervise_another(const char *title, pid_t before)
{
    struct wait wait = {title, before, 0};
    assert_int_equal(scene_until(is_another, &wait, CHILD_DEADLINE_MS), 0);
    return wait.now;
}

static int supervisor_is_gone(void *unused)
{
    (void)unused;
    return !supervise_process(SUPERVISE_SERVER) && !supervise_process(SUPERVISE_GUARDIAN) &&
           !supervise_process(SUPERVISE_STANDBY);
}

void supervise_expect_gone(void)
{
    assert_int_equal(scene_until(supervisor_is_gone, NULL, CHILD_DEADLINE_MS), 0);
}

const char *const *supervise_words(void)
{
    static const char *words[] = {NULL, "run", POLICY_SETTINGS, "--method", "supervise", "--", NULL};
    words[0] = place_file("tcpalive");
    return words;
}
