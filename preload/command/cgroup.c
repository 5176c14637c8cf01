#include "preload/command/cgroup.h"
#include "preload/cgroup/attach.h"
#include "preload/cgroup/maps.h"
#include "preload/cgroup/trial.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/command/settings.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <unistd.h>

struct request {
    struct flags flags;
    bool detach, replace, settings;
    const char *path;
};

static int take_argument(struct request *request, int argc, char **argv, int *at)
{
    const char *word = argv[*at];
    enum flags_result result = flags_take(&request->flags, argc, argv, at);
    if (result == FLAGS_NEEDS_VALUE)
        return say_usage(word, NULL, "needs a value");
    if (result == FLAGS_TAKEN) {
        request->settings = true;
        return 0;
    }
    if (argument_word(argv, at, "--detach")) {
        request->detach = true;
        return 0;
    }
    if (argument_word(argv, at, "--replace")) {
        request->replace = true;
        return 0;
    }
    if (word[0] == '-')
        return say_usage("cgroup", word, "unknown option");
    if (request->path)
        return say_usage("cgroup", word, "takes one PATH");
    request->path = word;
    ++*at;
    return 0;
}

static int read_request(struct request *request, int argc, char **argv)
{
    int result = 0;
    for (int at = 1; result == 0 && at < argc;)
        result = take_argument(request, argc, argv, &at);
    if (result != 0)
        return result;
    if (!request->path)
        return say_usage("cgroup", NULL, "needs the PATH of a control group");
    if (request->detach && (request->replace || request->settings))
        return say_usage("--detach", NULL, "takes no settings and no --replace");
    return 0;
}

static bool defers(const struct policy *policy)
{
    bool any = !value_leaves_alone(policy->plain.value[SETTING_DEFER_ACCEPT]);
    for (int i = 0; i < policy->rule_count; i++)
        any = any || (!policy->rule[i].off && !value_leaves_alone(policy->rule[i].profile.value[SETTING_DEFER_ACCEPT]));
    return any;
}

/* What the kernel's programs cannot do. */
static int read_policy(struct policy *policy, const struct request *request)
{
    if (!settings_read(policy, &request->flags))
        return EXIT_OURS;
    if (!policy->enabled)
        return say_usage("cgroup", request->path, "TCPALIVE is off: nothing to put there; --detach takes away");
    if (policy->programs)
        return say_usage("programs", policy->programs,
                         "the kernel does not look at names: all in the group are reached");
    if (defers(policy))
        return say_usage("defer-accept", NULL, "the kernel does not set it for a control group");
    if (policy->log >= LEVEL_INFO)
        return say_usage("log", NULL, "the kernel writes no lines about connections: off, error or warn");
    return 0;
}

/* The directory of the group, locked against a second command; -1 after it said why not. */
static int open_group(const char *path)
{
    struct statfs system;
    const char *why = NULL;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        why = strerror(errno);
    else if (fstatfs(fd, &system) != 0 || system.f_type != CGROUP2_SUPER_MAGIC)
        why = system.f_type == CGROUP_SUPER_MAGIC ? "a group of version 1; the kernel runs programs for version 2 only"
                                                  : "no control group (cgroup2)";
    if (!why) {
        flock(fd, LOCK_EX);
        return fd;
    }
    say("control group", path, why);
    if (fd >= 0)
        close(fd);
    return -1;
}

static int say_group_error(const char *path, int error)
{
    const char *why = strerror(error);
    if (error == EPERM)
        why = geteuid() ? "Operation not permitted: it takes root"
                        : "Operation not permitted: no CAP_NET_ADMIN, or a program there allows none beside it";
    else if (error == EINVAL)
        why = "the kernel runs no such programs: it takes Linux 5.9 with CONFIG_CGROUP_BPF";
    return say_usage("control group", path, why);
}

static void describe(const struct cgroup_pair *pair, struct cgroup_info *info)
{
    if (!cgroup_maps_read_info(pair->connections, info))
        *info = (struct cgroup_info){.text = "it does not tell which"};
}

static int refuse_second(const char *path, const struct cgroup_pair *old)
{
    char line[CGROUP_TEXT_SIZE];
    struct cgroup_info info;
    describe(old, &info);
    snprintf(line, sizeof line, "has a policy already: %.800s (--replace takes its place)", info.text);
    return say_usage("control group", path, line);
}

/* A group above this one has the last word on each connection. */
static void warn_of_outer(int group, const char *path)
{
    struct cgroup_pair outer;
    char line[CGROUP_TEXT_SIZE];
    struct cgroup_info info;
    if (cgroup_find(group, true, &outer) == 0 && outer.connections >= 0) {
        describe(&outer, &info);
        snprintf(line, sizeof line, "a group above it has a policy, which comes last: %.800s", info.text);
        say("control group", path, line);
    }
    cgroup_close(&outer);
}

/* On a kernel that cannot bound data in flight. */
static void give_up_bounds(struct policy *policy)
{
    say("detect", NULL,
        "holds for idle connections only: this kernel does not tell of data sent again (Linux 5.10 does)");
    policy->plain.detect = VALUE_UNSET;
    for (int i = 0; i < policy->rule_count; i++)
        policy->rule[i].profile.detect = VALUE_UNSET;
}

static int put_in_place_of(int group, const char *path, struct policy *policy, const struct cgroup_pair *old)
{
    struct cgroup_pair pair;
    char line[512];
    struct text why = text_in(line, sizeof line);
    bool bounds;
    if (!cgroup_trial(group, policy, &bounds, &why))
        return say_usage("control group", path, line);
    if (!bounds)
        give_up_bounds(policy);
    if (cgroup_load(policy, old, &pair, &why) != 0)
        return say_usage("control group", path, line);
    if (old->connections < 0)
        warn_of_outer(group, path);
    int error = cgroup_attach(group, &pair, old);
    cgroup_close(&pair);
    return error ? say_group_error(path, error) : 0;
}

static int put(int group, const struct request *request, struct policy *policy)
{
    struct cgroup_pair old;
    int result, error = cgroup_find(group, false, &old);
    if (error)
        result = say_group_error(request->path, error);
    else if (old.connections >= 0 && !request->replace)
        result = refuse_second(request->path, &old);
    else
        result = put_in_place_of(group, request->path, policy, &old);
    cgroup_close(&old);
    return result;
}

static int take_away(int group, const char *path)
{
    struct cgroup_pair pair;
    int error = cgroup_find(group, false, &pair);
    if (error)
        return say_group_error(path, error);
    if (pair.connections < 0 && pair.calls < 0)
        return say_usage("control group", path, "has no policy");
    error = cgroup_detach(group, &pair);
    cgroup_close(&pair);
    return error ? say_group_error(path, error) : 0;
}

int cgroup_main(int argc, char **argv)
{
    static struct policy policy;
    struct request request = {0};
    const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
    int result = read_request(&request, argc, argv);
    if (result == 0 && !request.detach)
        result = read_policy(&policy, &request);
    int group = result == 0 ? open_group(request.path) : -1;
    if (group < 0)
        return EXIT_OURS;
    setrlimit(RLIMIT_MEMLOCK, &unlimited); /* before Linux 5.11 programs and tables count as locked memory */
    result = request.detach ? take_away(group, request.path) : put(group, &request, &policy);
    close(group);
    return result;
}
