#include "preload/command/cgroup.h"
#include "preload/cgroup/group.h"
#include "preload/cgroup/put.h"
#include "preload/cgroup/refusal.h"
#include "preload/command/arguments.h"
#include "preload/command/cgroup_status.h"
#include "preload/command/say.h"
#include "preload/command/settings.h"
#include "preload/command/standard.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is asked of which group: one is named by exactly one of these, or for --status by none. */
struct request {
    struct flags flags;
    bool detach, replace, status, json, own;
    const char *path, *unit, *pid;
};

static int take_path(struct request *request, const char *path)
{
    if (request->path)
        return say_usage("cgroup", path, "takes one PATH");
    request->path = path;
    return GO_ON;
}

static int take_option(struct request *request, const struct arguments *arguments)
{
    bool *const switches[] = {
        [CGROUP_OWN] = &request->own,       [CGROUP_DETACH] = &request->detach, [CGROUP_REPLACE] = &request->replace,
        [CGROUP_STATUS] = &request->status, [CGROUP_JSON] = &request->json,
    };
    if (arguments->option == CGROUP_UNIT)
        request->unit = arguments->value;
    else if (arguments->option == CGROUP_PID)
        request->pid = arguments->value;
    else
        *switches[arguments->option] = true;
    return GO_ON;
}

static bool has_settings(const struct flags *flags)
{
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        if (flags->text[id])
            return true;
    return false;
}

static int read_request(struct request *request, int argc, char **argv)
{
    struct arguments arguments = arguments_begin(COMMAND_cgroup, argc, argv);
    int result = GO_ON;
    for (enum argument got; result == GO_ON && (got = arguments_take(&arguments, &result)) != ARGUMENT_END;)
        result = got == ARGUMENT_OPERAND ? take_path(request, arguments.value) : take_option(request, &arguments);
    if (result != GO_ON)
        return result;
    request->flags = arguments.flags;
    bool settings = has_settings(&request->flags);
    int named = (request->path != NULL) + (request->unit != NULL) + (request->pid != NULL) + request->own;
    if (named > 1 || (named == 0 && !request->status))
        return say_usage("cgroup", NULL, "needs one control group: a PATH, --own, --unit UNIT or --pid PID");
    if (request->detach && (request->replace || settings))
        return say_usage("--detach", NULL, "takes no settings and no --replace");
    if (request->status && (request->detach || request->replace || settings))
        return say_usage("--status", NULL, "takes no settings, no --detach and no --replace");
    if (request->json && !request->status)
        return say_usage("--json", NULL, "goes with --status");
    return GO_ON;
}

/* A PATH that is none may be a unit's name. */
static int resolve(const struct request *request, char path[PATH_MAX])
{
    uint64_t pid = 0;
    const char *why = NULL, *said = request->own ? "own" : request->pid ? request->pid : request->unit;
    if (request->pid && (!span_number(span_of(request->pid), INT32_MAX, &pid) || pid == 0))
        return say_usage("--pid", request->pid, "is no process id");
    if (request->own || request->pid) {
        why = group_of_process((pid_t)pid, path);
    } else if (request->unit) {
        why = group_of_unit(request->unit, path);
    } else if (request->path && !realpath(request->path, path)) {
        said = request->path;
        why = strerror(errno);
        if (errno == ENOENT && !strchr(said, '/'))
            why = group_of_unit(said, path);
    }
    return why ? say_usage("control group", said, why) : GO_ON;
}

static int read_policy(struct policy *policy, const struct request *request)
{
    struct put_refusal refusal;
    if (!settings_read(policy, &request->flags))
        return EXIT_OURS;
    if (!policy->enabled)
        return say_usage("cgroup", NULL, "TCPALIVE is off: nothing to put there; --detach takes away");
    return put_is_possible(policy, &refusal) ? GO_ON : say_usage(refusal.what, refusal.object, refusal.why);
}

static int refuse_second(const char *path, const struct cgroup_pair *old)
{
    char line[CGROUP_TEXT_SIZE];
    struct cgroup_info info;
    put_describe(old, &info);
    snprintf(line, sizeof line, "has a policy already: %.800s (--replace takes its place)", info.text);
    return say_usage("control group", path, line);
}

/* A group above this one has the last word on each connection, unless it respects what is set there. */
static void warn_of_outer(int group, const char *path)
{
    struct cgroup_pair outer;
    char line[CGROUP_TEXT_SIZE];
    struct cgroup_info info;
    if (cgroup_find(group, true, &outer) == 0 && outer.connections >= 0) {
        put_describe(&outer, &info);
        snprintf(line, sizeof line, "a group above it has a policy, which comes last: %.800s", info.text);
        if (info.mode != MODE_RESPECT)
            say("control group", path, line);
    }
    cgroup_close(&outer);
}

/* One line on what was done. */
static int report(const char *path, const char *what, const char *policy)
{
    bool written = printf("%s: %s%s\n", path, what, policy) >= 0 && standard_flush();
    return written ? EXIT_DONE : EXIT_OURS; /* main says so */
}

static int put_in_place_of(int group, const char *path, struct policy *policy, const struct cgroup_pair *old)
{
    struct cgroup_pair pair;
    struct cgroup_info info;
    char line[512];
    struct text why = text_in(line, sizeof line);
    bool bounds;
    if (old->connections < 0)
        warn_of_outer(group, path);
    if (!put_policy(group, policy, old, &bounds, &why))
        return say_usage("control group", path, line);
    if (!bounds)
        say("detect", NULL,
            "holds for idle connections only: this kernel does not tell of data sent again (Linux 5.10 does)");
    cgroup_find(group, false, &pair);
    put_describe(&pair, &info);
    cgroup_close(&pair);
    return report(path, old->connections < 0 ? "from now on " : "from now on, in the old policy's place, ", info.text);
}

static int put(int group, const char *path, struct policy *policy, bool replace)
{
    struct cgroup_pair old;
    int result, error = cgroup_find(group, false, &old);
    if (error)
        result = say_usage("control group", path, refusal_of_load(error));
    else if (old.connections >= 0 && !replace)
        result = refuse_second(path, &old);
    else
        result = put_in_place_of(group, path, policy, &old);
    cgroup_close(&old);
    return result;
}

static int take_away(int group, const char *path)
{
    struct cgroup_pair pair;
    int error = cgroup_find(group, false, &pair);
    if (error)
        return say_usage("control group", path, refusal_of_load(error));
    if (pair.connections < 0 && pair.calls < 0)
        return say_usage("control group", path, "has no policy");
    error = cgroup_detach(group, &pair);
    cgroup_close(&pair);
    if (error)
        return say_usage("control group", path, refusal_of_attach(error));
    return report(path, "its policy is taken away; connections keep what they have", "");
}

static int change(const struct request *request, const char *path, struct policy *policy)
{
    const char *why;
    int group = group_open(path, &why);
    if (group < 0)
        return say_usage("control group", path, why);
    int result = request->detach ? take_away(group, path) : put(group, path, policy, request->replace);
    close(group);
    return result;
}

int cgroup_main(int argc, char **argv)
{
    static struct policy policy;
    struct request request = {0};
    char path[PATH_MAX];
    int result = read_request(&request, argc, argv);
    if (result == GO_ON && !request.detach && !request.status)
        result = read_policy(&policy, &request);
    if (result == GO_ON && request.status && !request.own && !request.path && !request.unit && !request.pid)
        return cgroup_status(NULL, request.json);
    if (result == GO_ON)
        result = resolve(&request, path);
    if (result != GO_ON)
        return result;
    return request.status ? cgroup_status(path, request.json) : change(&request, path, &policy);
}
