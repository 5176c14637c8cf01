#include "preload/command/settings.h"
#include "preload/apply.h"
#include "preload/command/log_file.h"
#include "preload/command/say.h"
#include <stdlib.h>

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

bool settings_read(struct policy *policy, const struct flags *flags)
{
    struct policy_source source = {variable, flags->text, APPLY_GRAIN, complain, NULL, NULL};
    return policy_read(policy, &source) == 0 && log_file_settle(policy);
}
