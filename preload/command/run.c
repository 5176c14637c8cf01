#include "preload/command/run.h"
#include "preload/cgroup/enter.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/command/settings.h"
#include "preload/program/launcher.h"
#include "preload/program/library_path.h"
#include "preload/program/privilege.h"
#include "preload/program/program.h"
#include "preload/supervise/supervise.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PRELOAD_SIZE = 128 * 1024 };

/* In the order of the words of --method. */
enum method { METHOD_AUTO, METHOD_PRELOAD, METHOD_SUPERVISE, METHOD_BOTH, METHOD_CGROUP };

struct request {
    struct flags flags;
    enum method method;
    bool strict;
    char **program; /* PROGRAM and its arguments */
};

/* GO_ON, or the exit code to end with. */
static int read_request(int argc, char **argv, struct request *request)
{
    struct arguments arguments = arguments_begin(COMMAND_run, argc, argv);
    int result = GO_ON;
    while (!request->program) {
        enum argument got = arguments_take(&arguments, &result);
        if (got == ARGUMENT_END)
            break;
        if (got == ARGUMENT_OPERAND)
            request->program = argv + arguments.at - 1;
        else if (arguments.option == RUN_METHOD)
            request->method = (enum method)arguments.choice;
        else
            request->strict = true;
    }
    request->flags = arguments.flags;
    return result;
}

static bool preload(const char *triplet)
{
    static char value[PRELOAD_SIZE];
    char library[PATH_MAX];
    if (!library_path_find(triplet, library)) {
        struct text looked = text_in(value, sizeof value);
        library_path_looked(triplet, &looked);
        say("library", "libtcpalive.so", value);
        return false;
    }
    if (library_path_is_split(library)) {
        say("library", library, "the loader splits LD_PRELOAD at spaces and colons; move it");
        return false;
    }
    if (!library_path_prepend(library, getenv("LD_PRELOAD"), value, sizeof value) ||
        setenv("LD_PRELOAD", value, 1) != 0) {
        say("LD_PRELOAD", NULL, strerror(E2BIG));
        return false;
    }
    return true;
}

/* The program goes on without us after a warning, unless it must not. Returns whether it may. */
static bool go_on_without(const struct request *request, const struct program *program, const char *why)
{
    say(request->strict ? "refused" : "not reached", program->path, why);
    return !request->strict;
}

static bool supervise(const struct request *request, const struct program *program, const struct policy *policy)
{
    char why[256];
    struct text text = text_in(why, sizeof why);
    struct program_reach reach = program_reach(program, PROGRAM_SUPERVISE);
    if (!reach.reached)
        return go_on_without(request, program, reach.why);
    enum supervise_result result = supervise_start(policy, program, &text);
    if (result == SUPERVISE_REFUSED)
        return go_on_without(request, program, why);
    if (result == SUPERVISE_BROKEN)
        say("refused", program->path, why);
    if (result == SUPERVISE_STARTED && policy->log >= LEVEL_WARN && privilege_end_with_children())
        say("not reached", "what it starts", "kernel.yama.ptrace_scope lets a supervisor into the program alone");
    return result == SUPERVISE_STARTED;
}

/* In a group of its own. The library is beside it where it can be, for sockets that come from elsewhere. */
static bool enter_group(const struct request *request, const struct program *program, struct policy *policy)
{
    char line[512];
    struct text why = text_in(line, sizeof line);
    bool bounds;
    if (policy->programs) {
        say("programs", policy->programs,
            "--method cgroup does not look at names: all that the program starts is reached");
        return false;
    }
    if (!enter_own_group(policy, &bounds, &why))
        return go_on_without(request, program, line);
    if (!bounds)
        say("detect", NULL, "holds for idle connections only: it takes Linux 5.10");
    return true;
}

/* What it starts may not be reached, though it is. Where the library will say so, there is no second line. */
static bool check_what_it_starts(const struct request *request, const struct program *program,
                                 const struct policy *policy, bool by_preload_alone)
{
    struct launcher_loss loss;
    struct launcher_kind kind;
    const char *why = loss.why;
    bool lost = launcher_loses(program, request->program + 1, &loss) &&
                (loss.another || (by_preload_alone && (loss.lacking || policy->follow == FOLLOW_OFF)));
    if (!lost && by_preload_alone && policy->follow != FOLLOW_NEVER &&
        launcher_starts_another_kind(request->program, &kind)) {
        why = kind.why;
        loss.told = false;
        lost = true;
    }
    if (lost && (request->strict || (policy->log >= LEVEL_WARN && !loss.told)))
        return go_on_without(request, program, why);
    return true;
}

/* Puts the program under the policy. False when it must not start. */
static bool prepare(const struct request *request, const struct program *program, struct policy *policy)
{
    struct program_reach by_preload = program_reach(program, PROGRAM_PRELOAD);
    enum program_method chosen =
        request->method == METHOD_AUTO ? launcher_choose(program, request->program) : PROGRAM_METHODS;
    bool preloads = request->method != METHOD_SUPERVISE && chosen != PROGRAM_SUPERVISE && by_preload.reached;
    bool supervises =
        request->method == METHOD_SUPERVISE || request->method == METHOD_BOTH || chosen == PROGRAM_SUPERVISE;
    if (preloads && !preload(program_other_triplet(program)))
        return false;
    if (request->method == METHOD_CGROUP)
        return enter_group(request, program, policy);
    if (supervises)
        return supervise(request, program, policy) && check_what_it_starts(request, program, policy, false);
    if (!preloads)
        return go_on_without(request, program, by_preload.why);
    if (policy->plain.detect != VALUE_UNSET && policy->log >= LEVEL_INFO)
        say("detect", NULL,
            "holds for idle connections only here; with data in flight, by --method supervise, both or cgroup");
    return check_what_it_starts(request, program, policy, true);
}

int run_main(int argc, char **argv)
{
    static struct policy policy;
    struct request request = {0};
    struct program program;
    int result = read_request(argc, argv, &request);
    if (result != GO_ON)
        return result;
    if (!settings_read(&policy, &request.flags))
        return EXIT_OURS;
    if (!request.program)
        return say_usage("run", NULL, "needs a PROGRAM; see tcpalive help run");
    if (request.strict && settings_has_stray())
        return say_usage("refused", request.program[0], "a variable that begins with TCPALIVE_ is no setting");
    int error = program_read(request.program[0], &program);
    if (error) {
        say("program", program.object, strerror(error));
        return program_exit_code(error);
    }
    if (policy.enabled && policy.log_file[0] == '/') /* the program may work in another folder */
        request.flags.text[SETTING_LOG_FILE] = policy.log_file;
    if (policy.enabled && (!settings_export(&request.flags) || !prepare(&request, &program, &policy)))
        return EXIT_OURS;
    execvp(request.program[0], request.program);
    error = errno;
    say("program", request.program[0], strerror(error));
    return program_exit_code(error);
}
