#include "cgroup.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORDS = 24 };

char cgroup_path[512];
static char own_mount[512];
static const char *missing = "it takes root";

static bool make_group_below(const char *mount_point)
{
    int length = snprintf(cgroup_path, sizeof cgroup_path, "%s/tcpalive-test-%d", mount_point, (int)getpid());
    return length < (int)sizeof cgroup_path && mkdir(cgroup_path, 0755) == 0;
}

/* Where cgroup2 is mounted and may be written to; else in a mount namespace of the test's own. */
static bool make_group(void)
{
    char line[1024], where[512], type[64];
    bool made = false;
    FILE *mounts = fopen("/proc/self/mounts", "re");
    while (mounts && !made && fgets(line, sizeof line, mounts))
        made =
            sscanf(line, "%*s %511s %63s", where, type) == 2 && strcmp(type, "cgroup2") == 0 && make_group_below(where);
    if (mounts)
        fclose(mounts);
    if (made || unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return made;
    snprintf(own_mount, sizeof own_mount, "%s", place_path("groups"));
    return mkdir(own_mount, 0755) == 0 && mount("none", own_mount, "cgroup2", 0, NULL) == 0 &&
           make_group_below(own_mount);
}

struct child *cgroup_command(int status, const char *const words[])
{
    const char *argv[WORDS] = {place_file("tcpalive"), "cgroup"};
    size_t count = 2;
    for (; *words; words++)
        argv[count++] = *words;
    argv[count] = cgroup_path;
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    int ended = child_wait(child, CHILD_DEADLINE_MS);
    if (status >= 0 && ended != status)
        fail_msg("exit status %d: %s", ended, child_errors(child));
    return child;
}

void cgroup_put(const char *const words[])
{
    assert_string_equal(child_errors(cgroup_command(0, words)), "");
}

struct child *cgroup_start(const char *const words[])
{
    const char *argv[WORDS] = {"sh", "-c", "echo 0 >\"$0/cgroup.procs\" && exec \"$@\"", cgroup_path};
    size_t count = 4;
    for (; *words; words++)
        argv[count++] = *words;
    return child_start(&(struct child_plan){.argv = argv});
}

struct child *cgroup_start_ready(const char *const words[])
{
    struct child *child = cgroup_start(words);
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("it does not get ready: %s", child_errors(child));
    return child;
}

struct child *cgroup_start_told(void)
{
    static const char script[] = "import socket, sys\n"
                                 "listener = socket.create_server(('127.0.0.1', 0))\n"
                                 "client = socket.create_connection(listener.getsockname())\n"
                                 "print('ready', flush=True)\n"
                                 "for line in sys.stdin:\n"
                                 "    error = 0\n"
                                 "    try: exec(line)\n"
                                 "    except OSError as said: error = said.errno\n"
                                 "    print('answer', error, flush=True)\n";
    return cgroup_start_ready(WORDS_OF("python3", "-c", script));
}

static int answer(struct child *child)
{
    const char *line;
    int number;
    while ((line = child_line(child, CHILD_DEADLINE_MS)))
        if (sscanf(line, "answer %d", &number) == 1)
            return number;
    fail_msg("no answer: %s", child_errors(child));
    return -1;
}

int cgroup_tell(struct child *child, const char *what)
{
    child_say(child, what);
    child_say(child, "\n");
    return answer(child);
}

struct oracle_socket cgroup_told_socket(struct child *child, const char *name)
{
    char line[128];
    struct oracle_socket seen;
    snprintf(line, sizeof line, "error = %s.fileno()", name);
    assert_int_equal(oracle_read(child_pid(child), cgroup_tell(child, line), &seen), 0);
    return seen;
}

void cgroup_expect(struct child *child, bool wanted)
{
    struct oracle_socket seen[POLICY_ROOM];
    ssize_t count = oracle_tree(child_pid(child), seen, POLICY_ROOM);
    assert_true(count > 0 && count <= POLICY_ROOM);
    policy_expect(seen, (size_t)count, wanted);
}

void cgroup_expect_ring(const char *const words[], bool wanted)
{
    struct child *child = cgroup_start(words);
    bool ready = child_line_with(child, "ready", CHILD_DEADLINE_MS) == 0;
    if (!ready && strstr(child_output(child), "unavailable"))
        return print_message("io_uring makes no sockets here, before Linux 5.19\n");
    assert_true(ready);
    cgroup_expect(child, wanted);
}

static int is_empty(void *unused)
{
    char path[600], text[256] = "";
    (void)unused;
    snprintf(path, sizeof path, "%s/cgroup.events", cgroup_path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    return length > 0 && strstr(text, "populated 0");
}

int cgroup_end_case(void **state)
{
    child_stop_all(state);
    if (missing)
        return 0;
    cgroup_command(-1, WORDS_OF("--detach"));
    child_stop_all(state);
    return scene_until(is_empty, NULL, CHILD_DEADLINE_MS);
}

int cgroup_begin(void **state)
{
    if (getuid() != 0)
        return 0;
    missing = make_group() ? NULL : "no cgroup2 may be written to or mounted here";
    if (missing)
        return 0;
    struct child *child = cgroup_command(-1, WORDS_OF("--idle", "41"));
    if (strstr(child_errors(child), "Operation not permitted") || strstr(child_errors(child), "CONFIG_"))
        missing = "the kernel takes no bpf(2) programs from here";
    child_stop_all(state);
    return missing ? 0 : cgroup_end_case(state);
}

static int is_removed(void *unused)
{
    (void)unused;
    return rmdir(cgroup_path) == 0 || errno == ENOENT;
}

/* What is killed has not gone at once. */
int cgroup_end(void **state)
{
    if (*cgroup_path)
        scene_until(is_removed, NULL, CHILD_DEADLINE_MS);
    if (*own_mount)
        umount2(own_mount, MNT_DETACH);
    return place_remove(state);
}

void cgroup_need(void)
{
    if (!missing)
        return;
    print_message("not here: %s\n", missing);
    skip();
}
