#include "preload/command/explain.h"
#include "core/explain.h"
#include "preload/apply.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/command/settings.h"
#include <stdbool.h>
#include <unistd.h>

static int read_arguments(int argc, char **argv, struct flags *flags, bool *json)
{
    struct arguments arguments = arguments_begin(COMMAND_explain, argc, argv);
    int result = GO_ON;
    for (enum argument got; (got = arguments_take(&arguments, &result)) != ARGUMENT_END;) {
        if (got == ARGUMENT_OPERAND)
            return say_usage("explain", arguments.value, "takes settings only");
        *json = true;
    }
    *flags = arguments.flags;
    return result;
}

int explain_main(int argc, char **argv)
{
    static const char retransmits[] = "about 15 minutes on Linux"; /* tcp(7), tcp_retries2 */
    static struct policy policy;
    static char buffer[EXPLAIN_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    struct flags flags = {0};
    struct socket_values system;
    bool json = false;
    int result = read_arguments(argc, argv, &flags, &json);
    if (result != GO_ON)
        return result;
    if (!settings_read(&policy, &flags))
        return EXIT_OURS;
    int untouched = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    apply_read_system(untouched, &system);
    if (untouched >= 0)
        close(untouched);
    if (json)
        explain_write_json(&text, &policy, &system, retransmits);
    else
        explain_write(&text, &policy, &system, retransmits);
    return say_answer(&text);
}
