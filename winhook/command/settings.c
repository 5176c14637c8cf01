#include "settings.h"
#include "core/policy_read.h"
#include "say.h"
#include "winhook/apply.h"
#include "winhook/environment.h"
#include "winhook/rules_file.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All --rules as one list, or what the file holds that the variable names; empty when there is nothing of both. */
static char rules[RULES_FILE_ROOM];

static const char *variable(void *context, const char *name)
{
    return *rules && strcmp(name, "TCPALIVE_RULES") == 0 ? rules : environment_find(context, name);
}

static bool add_file(struct text *text, const char *path)
{
    const char *why;
    DWORD error;
    bool fine = rules_file_add(text, path, &why, &error);
    if (!fine)
        say_error("rules", path, why, error);
    return fine;
}

static void complain(void *context, const char *line)
{
    (void)context;
    say_line(line);
}

bool settings_read(struct policy *policy, const struct flags *flags)
{
    static struct policy_room room;
    struct flags settled = *flags;
    struct policy_source source = {.variable = variable,
                                   .flag = settled.text,
                                   .grain = APPLY_GRAIN,
                                   .complain = complain,
                                   .context = environment_copy(),
                                   .room = &room};
    struct text text = text_in(rules, sizeof rules);
    if (!flags_join_rules(flags, environment_find(source.context, "TCPALIVE_RULES"), &text, add_file, say))
        return false;
    if (flags->rules_count)
        settled.text[SETTING_RULES] = rules; // cppcheck-suppress unreadVariable ; the source leads to it
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
        const char *text = id == SETTING_RULES && *rules ? rules : flags->text[id];
        if (text && !export_one(name, text))
            return false;
    }
    return GetEnvironmentVariableW(L"TCPALIVE", NULL, 0) || export_one("TCPALIVE", "on");
}
