#include "machine.h"
#include "harness/child.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include "harness/scene.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE = 6 }; /* times CHILD_DEADLINE_MS: for a whole boot, and for scripts that start services */

static const char *missing = "it takes root";
static char group[256], output[64 * 1024];
static struct child *container;
static pid_t leader;

static int shell(const char *script)
{
    const char *argv[] = {"sh", "-c", script, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    child_close_stdin(child);
    int status = child_wait(child, PATIENCE * CHILD_DEADLINE_MS);
    snprintf(output, sizeof output, "%s", child_output(child));
    child_stop(child);
    return status;
}

/* Process 1 of the container: nspawn's child by that name, after others that prepare it. */
static int find_leader(void *unused)
{
    char script[64];
    (void)unused;
    snprintf(script, sizeof script, "pgrep -P %d -x systemd", (int)child_pid(container));
    leader = shell(script) == 0 ? (pid_t)atoi(output) : 0;
    return leader > 0;
}

const char *machine_run(const char *script, int *status)
{
    static char line[8192];
    snprintf(line, sizeof line,
             "exec 2>&1; exec nsenter -t %d -a -- env "
             "PATH=/usr/local/lib/tcpalive:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -c '%s'",
             (int)leader, script);
    int ended = shell(line);
    if (status)
        *status = ended;
    return output;
}

const char *machine_do(const char *script)
{
    int status;
    machine_run(script, &status);
    if (status != 0)
        fail_msg("%s: %d: %s", script, status, output);
    return output;
}

static int is_up(void *unused)
{
    (void)unused;
    const char *state = machine_run("systemctl is-system-running", NULL);
    return strstr(state, "running") || strstr(state, "degraded");
}

/* Without cgroup v1, with bpf(2), whatever this machine has; in a group of our own, which keeps what nspawn leaves. */
static bool start(void)
{
    char script[4096], name[64];
    snprintf(name, sizeof name, "tcpalive-test-%d", (int)getpid());
    snprintf(
        script, sizeof script,
        "echo 0 >%s/cgroup.procs && SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_SECCOMP=0 exec systemd-nspawn --quiet "
        "-D '%s' --volatile=overlay -b --private-network --register=no --keep-unit --capability=all --console=pipe "
        "-M %s --bind=%s:/etc/systemd/system --bind-ro=%s:/usr/local/lib/tcpalive "
        "--bind-ro=%s:/usr/local/bin/oracle "
        "--bind-ro=%s:/usr/local/bin/talk </dev/null",
        group, scene_build("cache/service"), name, place_path("units"), place_path("installed"),
        place_file("tests/oracle"), place_file("tests/direct/go-static"));
    const char *argv[] = {"sh", "-c", script, NULL};
    leader = 0;
    container = child_start(&(struct child_plan){.argv = argv});
    return scene_until(find_leader, NULL, PATIENCE * CHILD_DEADLINE_MS) == 0 &&
           scene_until(is_up, NULL, PATIENCE * CHILD_DEADLINE_MS) == 0;
}

/* With control groups of version 1 beside, nspawn leaves groups of the same name there. */
static void stop(void)
{
    char script[2048];
    if (container)
        child_stop(container);
    container = NULL;
    snprintf(script, sizeof script,
             "echo 1 >%s/cgroup.kill; for i in $(seq 300); do find %s -mindepth 1 -depth -type d -exec rmdir {} \\; "
             "2>/dev/null; [ -d %s/payload ] || [ -d %s/supervisor ] || break; sleep 0.1; done; "
             "for at in $(grep ' cgroup ' /proc/self/mounts | cut -d' ' -f2); do "
             "find $at/%s -depth -type d -exec rmdir {} \\;; done 2>/dev/null; "
             "rmdir /run/systemd/nspawn/propagate/tcpalive-test-%d 2>/dev/null",
             group, group, group, group, strrchr(group, '/') + 1, (int)getpid());
    shell(script);
}

void machine_restart(void)
{
    stop();
    if (!start())
        fail_msg("it does not start again: %s", output);
}

static bool make_group(void)
{
    int status = shell("grep -m1 ' cgroup2 ' /proc/self/mounts | cut -d' ' -f2");
    output[strcspn(output, "\n")] = '\0';
    snprintf(group, sizeof group, "%.200s/tcpalive-enable-%d", output, (int)getpid());
    if (status == 0 && *output && mkdir(group, 0755) == 0)
        return true;
    *group = '\0';
    return false;
}

int machine_begin(void **state)
{
    (void)state;
    char script[4096];
    if (geteuid() != 0)
        return 0;
    missing = "systemd-nspawn or the root with systemd is not there";
    if (access(scene_build("cache/service/.complete"), F_OK) != 0 || shell("command -v systemd-nspawn") != 0)
        return 0;
    missing = "no control group may be made here";
    if (!make_group())
        return 0;
    snprintf(script, sizeof script, "cp -a '%s/etc/systemd/system' '%s' && mkdir '%s' && cp '%s' '%s' '%s'",
             scene_build("cache/service"), place_path("units"), place_path("installed"), scene_build("tcpalive"),
             scene_build("libtcpalive.so"), place_path("installed"));
    missing = shell(script) == 0 && start() ? NULL : "systemd does not start in a container here";
    if (missing)
        print_message("%s\n", container ? child_errors(container) : output);
    return 0;
}

int machine_end(void **state)
{
    if (*group) {
        stop();
        rmdir(group);
    }
    return place_remove(state);
}

void machine_need(void)
{
    if (!missing)
        return;
    print_message("not here: %s\n", missing);
    skip();
}

bool machine_holds(const char *unit, const char *values)
{
    char script[256];
    bool any = false, all = true;
    snprintf(script, sizeof script, "oracle $(systemctl show --value -p MainPID %s)", unit);
    for (char *line = strtok((char *)machine_do(script), "\n"); line; line = strtok(NULL, "\n")) {
        any = true;
        all = all && strstr(line, values);
        if (!strstr(line, values))
            print_message("%s\n", line);
    }
    return any && all;
}
