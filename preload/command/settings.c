#include "preload/command/settings.h"
#include "core/stray.h"
#include "preload/apply.h"
#include "preload/command/log_file.h"
#include "preload/command/say.h"
#include <stdlib.h>
#include <unistd.h>

static const char *variable(void *context, const char *name)
{
    (void)context;
    return getenv(name);
}

static void complain(void *context, const char *line)
{
    (void)context;
    say_line(line);
}

static bool strayed;

static void say_strays(void)
{
    for (char **entry = environ; entry && *entry; entry++) {
        char buffer[512];
        struct text line = text_in(buffer, sizeof buffer);
        if (!stray_variable(*entry, &line))
            continue;
        strayed = true;
        say_line(buffer);
    }
}

bool settings_read(struct policy *policy, const struct flags *flags)
{
    struct policy_source source = {variable, flags->text, APPLY_GRAIN, complain, NULL, NULL};
    bool fine = policy_read(policy, &source) == 0;
    if (policy->enabled)
        say_strays();
    return fine && log_file_settle(policy);
}

bool settings_has_stray(void)
{
    return strayed;
}

bool settings_export(const struct flags *flags)
{
    char name[SETTING_NAME_SIZE];
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        setting_variable(id, name);
        if (flags->text[id] && setenv(name, flags->text[id], 1) != 0)
            return false;
    }
    return true;
}
