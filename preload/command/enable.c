#include "preload/command/enable.h"
#include "preload/cgroup/group.h"
#include "preload/cgroup/put.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/command/settings.h"
#include "preload/enable/drop_in.h"
#include "preload/program/library_path.h"
#include "preload/program/program.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* In the order of the words of --method. */
enum method { METHOD_AUTO, METHOD_CGROUP, METHOD_PRELOAD };

struct request {
    struct flags flags;
    enum method method;
    bool now;
    const char *unit;
};

/* False when the command must end, with `*result`. */
static bool read_request(struct request *request, struct arguments *arguments, int *result)
{
    *result = GO_ON;
    for (enum argument got; (got = arguments_take(arguments, result)) != ARGUMENT_END;) {
        if (got == ARGUMENT_OPERAND && request->unit)
            *result = say_usage(arguments->command->name, arguments->value, "takes one UNIT");
        if (*result != GO_ON)
            return false;
        if (got == ARGUMENT_OPERAND)
            request->unit = arguments->value;
        else if (arguments->option == ENABLE_NOW) /* disable's too */
            request->now = true;
        else
            request->method = (enum method)arguments->choice;
    }
    request->flags = arguments->flags;
    if (*result == GO_ON && !request->unit)
        *result = say_usage(arguments->command->name, NULL, "needs a UNIT, a service or a slice");
    return *result == GO_ON;
}

/* A unit that has gone leaves our file behind, and disable takes it away. */
static bool has_drop_in(const struct unit *unit)
{
    char path[PATH_MAX];
    drop_in_path(unit, path);
    return *unit->name && !unit->loaded && access(path, F_OK) == 0;
}

/* False after it said why. */
static bool find_unit(const char *command, const char *name, struct unit *unit)
{
    const char *why = NULL;
    if (geteuid() != 0)
        say(command, NULL, "it takes root");
    else if (!unit_system_runs())
        say(command, NULL, "systemd does not run this machine");
    else if (unit_read(name, unit, &why) || has_drop_in(unit))
        return true;
    if (why && strlen(name) > 7 && strcmp(name + strlen(name) - 7, ".socket") == 0)
        why = "is a socket, and systemd itself does it there: KeepAlive=yes, KeepAliveTimeSec=, KeepAliveIntervalSec=, "
              "KeepAliveProbes=; name its service for what that connects";
    if (why)
        say("unit", name, why);
    return false;
}

/* Why the control group cannot be taken for this unit; NULL when it can. */
static const char *no_cgroup(const struct unit *unit, struct policy *policy)
{
    static char why[512];
    char mount[PATH_MAX];
    struct text text = text_in(why, sizeof why);
    struct put_refusal refusal;
    struct cgroup_pair pair;
    const struct cgroup_pair none = {-1, -1};
    if (!group_mount(mount))
        return "cgroup2 is not mounted";
    if (!put_is_possible(policy, &refusal))
        return refusal.why;
    if (*unit->socket)
        return "its listener is systemd's, not in its control group";
    bool loads = cgroup_load(policy, &none, &pair, &text) == 0;
    cgroup_close(&pair);
    return loads ? NULL : why;
}

/* Does the library get into what the unit runs? Said when not. */
static bool library_reaches(const struct unit *unit)
{
    struct program program;
    if (!*unit->program || program_read(unit->program, &program) != 0)
        return true; /* not known here: it may be in a root of its own */
    struct program_reach reach = program_reach(&program, PROGRAM_PRELOAD);
    if (!reach.reached)
        say("not reached by the library", unit->program, reach.why);
    return reach.reached;
}

static void advise_socket(const struct unit *unit)
{
    if (*unit->socket)
        say("unit", unit->socket,
            "starts it; for what that accepts systemd does the same: KeepAlive=yes, KeepAliveTimeSec=, "
            "KeepAliveIntervalSec=, KeepAliveProbes= in [Socket]");
}

static bool choose(const struct request *request, const struct unit *unit, struct policy *policy,
                   enum drop_in_method *method)
{
    const char *why = request->method == METHOD_PRELOAD ? NULL : no_cgroup(unit, policy);
    *method = request->method == METHOD_PRELOAD || why ? DROP_IN_PRELOAD : DROP_IN_CGROUP;
    if (why && (request->method == METHOD_CGROUP || unit->slice)) {
        say("--method cgroup", unit->name, why);
        return false;
    }
    if (*method == DROP_IN_CGROUP)
        return true;
    if (unit->slice) {
        say("--method preload", unit->name, "a slice has no environment: it takes the control group");
        return false;
    }
    advise_socket(unit);
    return library_reaches(unit);
}

/* False after it said why: a file that somebody else wrote, or what the system refused. */
static bool put(const char *path, void (*write)(struct text *, const struct drop_in *), const struct drop_in *drop_in)
{
    static char content[DROP_IN_SIZE];
    struct text text = text_in(content, sizeof content);
    write(&text, drop_in);
    enum drop_in_result result = drop_in_put(path, content);
    if (result == DROP_IN_NOT_OURS)
        say("file", path, "is not tcpalive's: it is left alone");
    else if (result == DROP_IN_ERROR)
        say("file", path, strerror(errno));
    else
        printf("%s: %s\n", path, result == DROP_IN_DONE ? "written" : "as it was");
    return result == DROP_IN_DONE || result == DROP_IN_AS_BEFORE;
}

static bool write_files(const struct drop_in *drop_in)
{
    char path[PATH_MAX];
    if (drop_in->unit->slice) {
        drop_in_service_path(drop_in->unit, path);
        if (!put(path, drop_in_write_service, drop_in))
            return false;
    }
    drop_in_path(drop_in->unit, path);
    return put(path, drop_in_write, drop_in);
}

static int flush_output(void)
{
    return fflush(stdout) == 0 ? 0 : say_error("standard output", NULL, errno);
}

static bool reload(void)
{
    if (unit_tell("daemon-reload", NULL) == 0)
        return true;
    say("systemctl", "daemon-reload", "failed");
    return false;
}

/* Drop-ins whose names sort behind ours have the last word on LD_PRELOAD. */
static void warn_of_later_drop_ins(const char *name, const char *library)
{
    struct unit unit;
    const char *why;
    char line[PATH_MAX + 128];
    snprintf(line, sizeof line, "another drop-in sets LD_PRELOAD after ours; it has to say: LD_PRELOAD=%s", library);
    if (unit_read(name, &unit, &why) && !strstr(unit.environment, library))
        say("not reached", unit.name, line);
}

/* Restarts what runs, or says what is left to do. */
static int take_effect(const struct unit *unit, bool now, const char *verb)
{
    char name[NAME_MAX + 1];
    snprintf(name, sizeof name, "%s", unit->name);
    if (unit->slice)
        drop_in_service_name(unit, name);
    if (unit->is_template)
        printf("%s: its instances take it up when they are next started\n", unit->name);
    else if (!now && unit->slice)
        printf("%s: takes effect at the next boot, or now by: systemctl %s %s\n", unit->name, verb, name);
    else if (!now)
        printf("%s: what runs has what it had until: systemctl %s %s\n", unit->name, verb, name);
    else if (unit_tell(verb, name) != 0)
        return say_usage("systemctl", verb, "failed; the journal says why");
    else
        printf("%s: %s\n", unit->name, unit->slice ? "under the policy" : "restarted");
    return flush_output();
}

int enable_main(int argc, char **argv)
{
    static struct policy policy;
    struct request request = {0};
    struct unit unit;
    char command[PATH_MAX] = "", library[PATH_MAX];
    struct drop_in drop_in = {&unit, &policy, DROP_IN_CGROUP, command, library};
    struct arguments arguments = arguments_begin(COMMAND_enable, argc, argv);
    int result;
    if (!read_request(&request, &arguments, &result))
        return result;
    if (!settings_read(&policy, &request.flags))
        return EXIT_OURS;
    if (!policy.enabled)
        return say_usage("enable", NULL, "TCPALIVE is off: nothing to put there; disable takes away");
    if (!find_unit("enable", request.unit, &unit) || !choose(&request, &unit, &policy, &drop_in.method))
        return EXIT_OURS;
    if (drop_in.method == DROP_IN_PRELOAD && !library_path_find(NULL, library))
        return say_error("library", "libtcpalive.so", errno);
    if (readlink("/proc/self/exe", command, sizeof command - 1) < 0)
        return say_error("/proc/self/exe", NULL, errno);
    if (!write_files(&drop_in) || !reload())
        return EXIT_OURS;
    if (drop_in.method == DROP_IN_PRELOAD)
        warn_of_later_drop_ins(unit.name, library);
    return take_effect(&unit, request.now, unit.slice ? "start" : "restart");
}

static bool take(const char *path, bool *any)
{
    enum drop_in_result result = drop_in_take(path);
    if (result == DROP_IN_NOT_OURS)
        say("file", path, "is not tcpalive's: it is left alone");
    else if (result == DROP_IN_ERROR)
        say("file", path, strerror(errno));
    else if (result == DROP_IN_DONE)
        printf("%s: removed\n", path);
    *any = *any || result == DROP_IN_DONE;
    return result != DROP_IN_NOT_OURS && result != DROP_IN_ERROR;
}

/* Connections keep what they have. */
static void take_policy_away(const struct unit *unit)
{
    char path[PATH_MAX];
    const char *why = group_of_unit(unit->name, path);
    struct cgroup_pair pair;
    int group = why ? -1 : group_open(path, &why);
    if (group >= 0 && cgroup_find(group, false, &pair) == 0) {
        cgroup_detach(group, &pair);
        cgroup_close(&pair);
    }
    if (group >= 0)
        close(group);
}

int disable_main(int argc, char **argv)
{
    struct request request = {0};
    struct unit unit;
    char path[PATH_MAX], name[NAME_MAX + 1];
    bool any = false;
    struct arguments arguments = arguments_begin(COMMAND_disable, argc, argv);
    int result;
    if (!read_request(&request, &arguments, &result))
        return result;
    if (!find_unit("disable", request.unit, &unit))
        return EXIT_OURS;
    drop_in_path(&unit, path);
    bool good = take(path, &any);
    if (unit.slice && good) {
        drop_in_service_name(&unit, name);
        drop_in_service_path(&unit, path);
        if (any)
            unit_tell("stop", name);
        good = take(path, &any);
    }
    if (!good)
        return EXIT_OURS;
    if (!any)
        return say_usage("unit", unit.name, "is not enabled");
    take_policy_away(&unit);
    if (!reload())
        return EXIT_OURS;
    return unit.slice || unit.is_template || !unit.loaded ? flush_output()
                                                          : take_effect(&unit, request.now, "try-restart");
}
