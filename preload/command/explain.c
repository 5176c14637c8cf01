#include "preload/command/explain.h"
#include "core/explain.h"
#include "preload/apply.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/command/settings.h"
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static bool read_arguments(int argc, char **argv, struct flags *flags, bool *json)
{
    for (int at = 1; at < argc;) {
        enum flags_result result = flags_take(flags, argc, argv, &at);
        if (result == FLAGS_TAKEN)
            continue;
        if (result == FLAGS_OTHER && argument_word(argv, &at, "--json")) {
            *json = true;
            continue;
        }
        say("explain", argv[at], result == FLAGS_NEEDS_VALUE ? "needs a value" : "no such option");
        return false;
    }
    return true;
}

int explain_main(int argc, char **argv)
{
    static struct policy policy;
    static char buffer[EXPLAIN_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    struct flags flags = {0};
    struct socket_values system;
    bool json = false;
    if (!read_arguments(argc, argv, &flags, &json) || !settings_read(&policy, &flags))
        return EXIT_OURS;
    int untouched = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    apply_read_system(untouched, &system);
    if (untouched >= 0)
        close(untouched);
    if (json)
        explain_write_json(&text, &policy, &system);
    else
        explain_write(&text, &policy, &system, "about 15 minutes on Linux");
    return fwrite(buffer, 1, text.used, stdout) == text.used && fflush(stdout) == 0 ? 0 : EXIT_OURS;
}
