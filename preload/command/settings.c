#include "preload/command/settings.h"
#include "core/policy_read.h"
#include "core/stray.h"
#include "preload/apply.h"
#include "preload/command/log_file.h"
#include "preload/command/say.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RULES_SIZE = 128 * 1024 }; /* as long as one variable may be: execve(2) */

/* All --rules as one list, or what the file holds that the variable names; empty when there is nothing of both. */
static char rules[RULES_SIZE];

static const char *variable(void *context, const char *name)
{
    (void)context;
    return *rules && strcmp(name, "TCPALIVE_RULES") == 0 ? rules : getenv(name);
}

/* No further than there is room: a file may have no end. */
static bool add_file(struct text *text, const char *path)
{
    char piece[4096];
    FILE *file = fopen(path, "re");
    for (size_t length; file && !text_is_full(text) && (length = fread(piece, 1, sizeof piece, file)) > 0;)
        text_add_span(text, (struct span){piece, length});
    bool fine = file && !ferror(file);
    int error = errno;
    if (file)
        fclose(file);
    if (!fine)
        say_error("rules", path, error);
    return fine;
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
    struct flags settled = *flags;
    struct text text = text_in(rules, sizeof rules - sizeof "TCPALIVE_RULES=");
    if (!flags_join_rules(flags, getenv("TCPALIVE_RULES"), &text, add_file, say))
        return false;
    if (flags->rules_count)
        settled.text[SETTING_RULES] = rules;
    static struct policy_room room;
    struct policy_source source = {
        .variable = variable, .flag = settled.text, .grain = APPLY_GRAIN, .complain = complain, .room = &room};
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
        const char *text = id == SETTING_RULES && *rules ? rules : flags->text[id];
        if (text && setenv(name, text, 1) != 0) {
            say_error("variable", name, errno);
            return false;
        }
    }
    return true;
}
