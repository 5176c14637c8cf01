#include "preload/command/enable.h"
#include "preload/cgroup/group.h"
#include "preload/cgroup/put.h"
#include "preload/command/say.h"
#include "preload/command/settings.h"
#include "preload/command/unit_request.h"
#include "preload/enable/drop_in.h"
#include "preload/enable/environment.h"
#include "preload/program/library_path.h"
#include "preload/program/program.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
    if (*unit->root)
        return "its root of its own (RootDirectory=, RootImage=) holds for ExecStartPre= too; a slice of its own "
               "(Slice=) can be "
               "enabled instead";
    bool loads = cgroup_load(policy, &none, &pair, &text) == 0;
    cgroup_close(&pair);
    return loads ? NULL : why;
}

/* Does the library get into what the unit runs? Said when not. */
static bool library_reaches(const struct unit *unit)
{
    struct program program;
    if (environment_unsets(unit, "LD_PRELOAD")) {
        say("not reached by the library", unit->name, "its UnsetEnvironment= takes LD_PRELOAD away");
        return false;
    }
    if (*unit->root || !*unit->program || program_read(unit->program, &program) != 0)
        return true; /* not known here */
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

static bool choose(const struct unit_request *request, const struct unit *unit, struct policy *policy,
                   enum drop_in_method *method)
{
    const char *why = request->method == UNIT_PRELOAD ? NULL : no_cgroup(unit, policy);
    *method = request->method == UNIT_PRELOAD || why ? DROP_IN_PRELOAD : DROP_IN_CGROUP;
    if (why && (request->method == UNIT_CGROUP || unit->slice)) {
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
    drop_in_environment_path(drop_in->unit, path);
    if (!drop_in_has_environment(drop_in))
        drop_in_take(path);
    else if (!put(path, drop_in_write_environment, drop_in))
        return false;
    drop_in_path(drop_in->unit, path);
    if (put(path, drop_in_write, drop_in))
        return true;
    drop_in_environment_path(drop_in->unit, path);
    drop_in_take(path); /* nothing wants it */
    return false;
}

/* Drop-ins whose names sort behind ours have the last word on LD_PRELOAD. */
static void warn_of_later_drop_ins(const char *name, const char *library)
{
    struct unit unit;
    const char *why;
    char line[PATH_MAX + 128], value[UNIT_TEXT_SIZE];
    bool from_file;
    snprintf(line, sizeof line, "another drop-in sets LD_PRELOAD after ours; it has to say: LD_PRELOAD=%s", library);
    if (unit_read(name, &unit, &why) &&
        (!environment_find(&unit, "LD_PRELOAD", "", value, &from_file) || !strstr(value, library)))
        say("not reached", unit.name, line);
}

/* Its control group, for all but system.slice, in which our own service runs. */
static bool find_group(const struct unit *unit, char group[PATH_MAX])
{
    char within[PATH_MAX];
    *group = '\0';
    if (!unit->slice || unit_is_system_slice(unit))
        return true;
    if (!group_mount(group) || !unit_slice_group(unit->name, within) || strlen(group) + strlen(within) >= PATH_MAX) {
        say("unit", unit->name, "its control group is not known");
        return false;
    }
    strcat(group, within);
    return true;
}

/* A slice that is there already is not started anew for its policy; one that is not yet finds it when it starts. */
static bool put_on_slice(const struct drop_in *drop_in, struct policy *policy)
{
    char line[512];
    struct text why = text_in(line, sizeof line);
    struct cgroup_pair old;
    const char *wrong = line;
    bool bounds, put = false;
    if (access(drop_in->group, F_OK) != 0)
        return true;
    if (drop_in_respects(drop_in))
        policy->mode = MODE_RESPECT;
    int group = group_open(drop_in->group, &wrong);
    if (group >= 0 && cgroup_find(group, false, &old) == 0) {
        put = put_policy(group, policy, &old, &bounds, &why);
        wrong = line;
        cgroup_close(&old);
    }
    if (group >= 0)
        close(group);
    if (!put)
        say("control group", drop_in->unit->name, wrong);
    return put;
}

int enable_main(int argc, char **argv)
{
    static struct policy policy;
    struct unit_request request = {0};
    struct unit unit;
    char command[PATH_MAX] = "", library[PATH_MAX], group[PATH_MAX];
    struct drop_in drop_in = {&unit, &policy, DROP_IN_CGROUP, command, library, group};
    struct arguments arguments = arguments_begin(COMMAND_enable, argc, argv);
    int result;
    if (!unit_request_read(&request, &arguments, &result))
        return result;
    if (!settings_read(&policy, &request.flags))
        return EXIT_OURS;
    if (!policy.enabled)
        return say_usage("enable", NULL, "TCPALIVE is off: nothing to put there; disable takes away");
    if (!unit_request_find("enable", request.unit, &unit) || !choose(&request, &unit, &policy, &drop_in.method))
        return EXIT_OURS;
    if (drop_in.method == DROP_IN_PRELOAD && !library_path_find(NULL, library))
        return say_error("library", "libtcpalive.so", errno);
    if (readlink("/proc/self/exe", command, sizeof command - 1) < 0)
        return say_error("/proc/self/exe", NULL, errno);
    if (!find_group(&unit, group) || !write_files(&drop_in) || !unit_request_reload())
        return EXIT_OURS;
    if (request.now && *group && !put_on_slice(&drop_in, &policy))
        return EXIT_OURS;
    if (drop_in.method == DROP_IN_PRELOAD)
        warn_of_later_drop_ins(unit.name, library);
    return unit_request_end(&unit, request.now, unit.slice ? "start" : "restart");
}
