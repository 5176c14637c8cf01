#include "preload/command/unit_request.h"
#include "preload/command/say.h"
#include "preload/enable/drop_in.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define USERS_UNIT "a unit of a user's own wants `tcpalive run` before the program in its ExecStart="

/* What a user of systemctl would try. */
static bool asks_for_users(const struct arguments *arguments)
{
    for (int i = arguments->at; i < arguments->count; i++)
        if (strcmp(arguments->word[i], "--user") == 0)
            return true;
    return false;
}

bool unit_request_read(struct unit_request *request, struct arguments *arguments, int *result)
{
    *result = GO_ON;
    if (asks_for_users(arguments)) {
        *result = say_usage(arguments->command->name, "--user", USERS_UNIT);
        return false;
    }
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
            request->method = (enum unit_method)arguments->choice;
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

bool unit_request_find(const char *command, const char *name, struct unit *unit)
{
    const char *why = NULL;
    if (geteuid() != 0)
        say(command, NULL, "it takes root; " USERS_UNIT);
    else if (!unit_system_runs())
        say(command, NULL, "systemd does not run this machine");
    else if (unit_read(name, unit, &why) || (strcmp(command, "disable") == 0 && has_drop_in(unit)))
        return true;
    if (why && strlen(name) > 7 && strcmp(name + strlen(name) - 7, ".socket") == 0)
        why = "is a socket, and systemd itself does it there: KeepAlive=yes, KeepAliveTimeSec=, KeepAliveIntervalSec=, "
              "KeepAliveProbes=; name its service for what that connects";
    if (why)
        say("unit", name, why);
    return false;
}

bool unit_request_reload(void)
{
    if (unit_tell("daemon-reload", NULL) == 0)
        return true;
    say("systemctl", "daemon-reload", "failed");
    return false;
}

int unit_request_flush(void)
{
    return fflush(stdout) == 0 ? 0 : say_error("standard output", NULL, errno);
}

int unit_request_end(const struct unit *unit, bool now, const char *verb)
{
    char name[NAME_MAX + 1];
    snprintf(name, sizeof name, "%s", unit->name);
    if (unit_is_system_slice(unit))
        drop_in_service_name(unit, name);
    if (unit->is_template)
        printf("%s: its instances take it up when they are next started\n", unit->name);
    else if (!now && unit->slice)
        printf("%s: takes effect at the next boot, or now by: tcpalive enable --now\n", unit->name);
    else if (!now)
        printf("%s: what runs has what it had until: systemctl %s %s\n", unit->name, verb, name);
    else if (unit_tell(verb, name) != 0)
        return say_usage("systemctl", verb, "failed; the journal says why");
    else
        printf("%s: %s\n", unit->name, unit->slice ? "under the policy" : "restarted");
    return unit_request_flush();
}
