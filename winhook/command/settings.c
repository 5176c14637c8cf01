#include "settings.h"
#include "say.h"
#include "winhook/apply.h"
#include "winhook/environment.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *variable(void *context, const char *name)
{
    return environment_find(context, name);
}

static void complain(void *context, const char *line)
{
    (void)context;
    say_line(line);
}

bool settings_read(struct policy *policy, const struct flags *flags)
{
    static struct policy_room room;
    struct policy_source source = {.variable = variable,
                                   .flag = flags->text,
                                   .grain = APPLY_GRAIN,
                                   .complain = complain,
                                   .context = environment_copy(),
                                   .room = &room};
    if (policy_read(policy, &source))
        return false;
    for (enum setting_id id = 0; policy->enabled && id < OPTION_COUNT; id++)
        if (!apply_knows(id) && !value_leaves_alone(policy->plain.value[id])) {
            char name[SETTING_NAME_SIZE];
            struct text text = text_in(name, sizeof name);
            policy_write_origin(&text, policy, id);
            say(name, policy->origin[id].text, "Windows has no such option: it is left alone");
        }
    return true;
}

/* Windows takes no longer value than 32,767 characters (Microsoft: SetEnvironmentVariable). */
static bool export_one(const char *name, const char *text)
{
    WCHAR wide_name[SETTING_NAME_SIZE];
    int room = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
    WCHAR *value = room ? malloc((size_t)room * sizeof *value) : NULL;
    bool done = value && MultiByteToWideChar(CP_UTF8, 0, text, -1, value, room) &&
                MultiByteToWideChar(CP_UTF8, 0, name, -1, wide_name, SETTING_NAME_SIZE) &&
                SetEnvironmentVariableW(wide_name, value);
    if (!done)
        say_error(name, NULL, "cannot be handed on in the environment", GetLastError());
    free(value);
    return done;
}

bool settings_export(const struct flags *flags)
{
    char name[SETTING_NAME_SIZE];
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        setting_variable(id, name);
        if (flags->text[id] && !export_one(name, flags->text[id]))
            return false;
    }
    return GetEnvironmentVariableW(L"TCPALIVE", NULL, 0) || export_one("TCPALIVE", "on");
}
