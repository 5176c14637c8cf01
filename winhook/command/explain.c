#include "core/explain.h"
#include "command.h"
#include "say.h"
#include "settings.h"
#include "winhook/apply.h"
#include <stdio.h>
#include <string.h>

static bool take_json(const struct arguments *arguments, int *at, void *json)
{
    if (strcmp(arguments->text[*at], "--json"))
        return false;
    ++*at;
    *(bool *)json = true;
    return true;
}

int command_explain(const struct arguments *arguments, int at)
{
    static struct policy policy;
    static char buffer[EXPLAIN_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    struct flags flags = {{0}};
    bool json = false;
    if (!settings_take("explain", &flags, arguments, &at, take_json, &json) || !settings_read(&policy, &flags))
        return EXIT_OWN;
    if (at < arguments->count)
        return say_usage("explain", arguments->text[at], "no such option");
    if (json)
        explain_write_json(&text, &policy, &apply_system);
    else
        explain_write(&text, &policy, &apply_system, NULL);
    return fwrite(buffer, 1, text.used, stdout) == text.used && !fflush(stdout) ? EXIT_DONE : EXIT_OWN;
}
