#include "preload/cgroup/group.h"
#include "preload/cgroup/put.h"
#include "preload/command/enable.h"
#include "preload/command/say.h"
#include "preload/command/unit_request.h"
#include "preload/enable/drop_in.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

/* All that enable may have put there; a slice's service ends first. False when one is not ours or could not go. */
static bool take_files(const struct unit *unit, bool *any)
{
    char path[PATH_MAX], name[NAME_MAX + 1];
    bool good;
    drop_in_environment_path(unit, path);
    good = take(path, any);
    drop_in_path(unit, path);
    good = good && take(path, any);
    if (!unit->slice || !good)
        return good;
    drop_in_service_path(unit, path);
    drop_in_service_name(unit, name);
    if (access(path, F_OK) == 0)
        unit_tell("stop", name);
    return take(path, any);
}

int disable_main(int argc, char **argv)
{
    struct unit_request request = {0};
    struct unit unit;
    bool any = false;
    struct arguments arguments = arguments_begin(COMMAND_disable, argc, argv);
    int result;
    if (!unit_request_read(&request, &arguments, &result))
        return result;
    if (!unit_request_find("disable", request.unit, &unit) || !take_files(&unit, &any))
        return EXIT_OURS;
    if (!any)
        return say_usage("unit", unit.name, "is not enabled");
    take_policy_away(&unit);
    if (!unit_request_reload())
        return EXIT_OURS;
    bool nothing_runs = unit.slice || unit.is_template || !unit.loaded;
    return nothing_runs ? unit_request_flush() : unit_request_end(&unit, request.now, "try-restart");
}
