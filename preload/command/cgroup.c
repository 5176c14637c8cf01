#include "preload/command/cgroup.h"
#include "preload/cgroup/attach.h"
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

static int refuse_second(const char *path, const struct cgroup_pair *old)
{
    char text[CGROUP_TEXT_SIZE], line[CGROUP_TEXT_SIZE + 64];
    cgroup_describe(old, text);
    snprintf(line, sizeof line, "has a policy already: %.800s (--replace takes its place)", text);
    return say_usage("control group", path, line);
}

/* A group above this one has the last word on each connection. */
static void warn_of_outer(int group, const char *path)
{
    struct cgroup_pair outer;
    char text[CGROUP_TEXT_SIZE], line[CGROUP_TEXT_SIZE + 64];
    if (cgroup_find(group, true, &outer) == 0 && outer.connections >= 0) {
        cgroup_describe(&outer, text);
        snprintf(line, sizeof line, "a group above it has a policy, which comes last: %.800s", text);
        say("control group", path, line);
    }
    cgroup_close(&outer);
}

static int put(int group, const struct request *request, const struct policy *policy)
{
    struct cgroup_pair pair = {-1, -1}, old;
    char line[512];
    struct text why = text_in(line, sizeof line);
    int result = 0, error = cgroup_find(group, false, &old);
    if (error)
        result = say_group_error(request->path, error);
    else if (old.connections >= 0 && !request->replace)
        result = refuse_second(request->path, &old);
    else if (cgroup_load(policy, &pair, &why) != 0 || !cgroup_trial(group, policy, &why))
        result = say_usage("control group", request->path, line);
    if (result == 0 && old.connections < 0)
        warn_of_outer(group, request->path);
    if (result == 0 && (error = cgroup_attach(group, &pair, &old)) != 0)
        result = say_group_error(request->path, error);
    cgroup_close(&pair);
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
