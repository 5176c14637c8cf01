#include "tests/preload/library/hosts/log.h"
#include "harness/cmocka_all.h"
#include "harness/scene.h"
#include "harness/twice.h"
#include <stdio.h>
#include <unistd.h>

struct child *host_log_run(const char *probe, const char *more)
{
    struct child *child = twice_probe(probe, more, scene_target()->library, NULL);
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("%s did not get ready: %s%s", probe, child_output(child), child_errors(child));
    return child;
}

struct child *host_log_run_apart(const char *prepare, const char *probe, const char *log_file)
{
    char script[8192];
    const char *as_root[] = {"unshare", "-m", "sh", "-c", script, NULL};
    const char *as_user[] = {"unshare", "-Urm", "sh", "-c", script, NULL};
    snprintf(script, sizeof script,
             "set -e; echo apart; %s\nexec env LD_PRELOAD='%s' TCPALIVE_LOG=info TCPALIVE_LOG_FILE='%s' '%s' %s",
             prepare, scene_target()->library, log_file, scene_target()->probe, probe);
    struct child *child = child_start(&(struct child_plan){.argv = geteuid() ? as_user : as_root});
    if (child_line_with(child, "apart", CHILD_DEADLINE_MS) != 0) {
        print_message("no mount namespace: %s", child_errors(child));
        return NULL;
    }
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("it did not get ready: %s", child_errors(child));
    return child;
}
