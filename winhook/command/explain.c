#include "core/explain.h"
#include "arguments.h"
#include "command.h"
#include "say.h"
#include "settings.h"
#include "winhook/apply.h"

static int read_arguments(const struct command_line *line, struct flags *flags, bool *json)
{
    struct arguments arguments = arguments_begin(COMMAND_explain, line);
    int result = GO_ON;
    for (enum argument got; (got = arguments_take(&arguments, &result)) != ARGUMENT_END;) {
        if (got == ARGUMENT_OPERAND)
            return say_usage("explain", arguments.value, "takes settings only");
        *json = true;
    }
    *flags = arguments.flags;
    return result;
}

int explain_main(const struct command_line *line)
{
    static struct policy policy;
    static char buffer[EXPLAIN_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    struct flags flags = {0};
    bool json = false;
    int result = read_arguments(line, &flags, &json);
    if (result != GO_ON)
        return result;
    if (!settings_read(&policy, &flags))
        return EXIT_OURS;
    if (json)
        explain_write_json(&text, &policy, &apply_system, NULL);
    else
        explain_write(&text, &policy, &apply_system, NULL);
    return say_answer(&text);
}
