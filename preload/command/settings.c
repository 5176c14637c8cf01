#include "preload/command/settings.h"
#include "preload/command/log_file.h"
#include "preload/command/say.h"
#include <stdlib.h>

enum { GRAIN = 1000 }; /* Linux counts idle and interval in seconds: tcp(7) */

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
    struct policy_source source = {variable, flags->text, GRAIN, complain, NULL, NULL};
    return policy_read(policy, &source) == 0 && log_file_settle(policy);
}
