/*
 * Part B, what is plain: tcpalive itself, this program being its target (self.c).
 */
#include "verify.h"
#include <stdlib.h>
#include <string.h>

const char *values_of(const char *line, bool wanted, long wanted_idle, char *detail)
{
    struct run run;
    if (!run_line(line, STEP_LIMIT_MS / 2, &run)) {
        sprintf(detail, "not started, error %lu", GetLastError());
        return "NO";
    }
    const char *said = strstr(run.output, "keepalive ");
    int on = 0, idle = -1;
    if (said)
        sscanf(said, "keepalive %d idle %d", &on, &idle);
    bool covered = said && on == wanted && (!wanted || idle == wanted_idle || idle < 0) && !run.hung && !run.code;
    if (!covered)
        snprintf(detail, DETAIL_SIZE, "code 0x%lx%s: %.200s", run.code, run.hung ? ", hung" : "", run.output);
    return expect(covered);
}

const char *policy_of(const char *line, char *detail)
{
    return values_of(line, true, KIT_IDLE, detail);
}

static const char *under_run(const char *tool_word, const char *word, const char *way, char *detail)
{
    char line[LINE_SIZE];
    snprintf(line, sizeof line, "%s " KIT_RUN " %s self %s", tool(tool_word), own(word), way);
    return policy_of(line, detail);
}

#define WAYS(X) X(socket) X(accept) X(acceptex) X(connectex) X(byname) X(wsock32)
#define X(way)                                                                                                         \
    static const char *run_##way(char *detail)                                                                         \
    {                                                                                                                  \
        return under_run(own_word(), own_word(), #way, detail);                                                        \
    }
WAYS(X)
#undef X

/* The program asks for its own times, under a mode. */
static const char *under_mode(const char *mode, int own_idle, int wanted, char *detail)
{
    char line[LINE_SIZE];
    snprintf(line, sizeof line, "%s run --mode %s --idle 37s --interval 20s --probes 5 -- %s self options %d",
             tool(own_word()), mode, own(own_word()), own_idle);
    return values_of(line, true, wanted, detail);
}

static const char *mode_enforce(char *detail)
{
    return under_mode("enforce", 100, KIT_IDLE, detail);
}

static const char *mode_respect(char *detail)
{
    return under_mode("respect", 100, 100, detail);
}

static const char *mode_tighten(char *detail)
{
    return under_mode("tighten", 20, 20, detail);
}

static const char *rule_off(char *detail)
{
    char line[LINE_SIZE];
    snprintf(line, sizeof line, "%s run --idle 37s --rules \"connect 127.0.0.1 off\" -- %s self connect",
             tool(own_word()), own(own_word()));
    return values_of(line, false, 0, detail);
}

static const char *other_word(void)
{
    return sizeof(void *) == 8 ? "i686" : "x86_64";
}

static const char *run_other(char *detail)
{
    return under_run(own_word(), other_word(), "socket", detail);
}

static const char *run_child(char *detail)
{
    char way[64];
    snprintf(way, sizeof way, "child %s 0", other_word());
    return under_run(own_word(), own_word(), way, detail);
}

static const char *exit_codes(char *detail)
{
    static const DWORD codes[] = {0, 3, 255, 0xc0000005};
    char line[LINE_SIZE];
    struct run run;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        snprintf(line, sizeof line, "%s " KIT_RUN " %s self exit 0x%lx", tool(own_word()), own(own_word()), codes[i]);
        if (!run_line(line, STEP_LIMIT_MS / 2, &run) || run.code != codes[i]) {
            snprintf(detail, DETAIL_SIZE, "0x%lx became 0x%lx: %.200s", codes[i], run.code, run.output);
            return "NO";
        }
    }
    return "yes";
}

static const char *whole_list(char *detail)
{
    char line[LINE_SIZE];
    struct run run;
    DWORD begun = GetTickCount();
    snprintf(line, sizeof line, "%s list --json", tool(own_word()));
    bool listed = run_line(line, STEP_LIMIT_MS - 5000, &run) && !run.code && run.output[0] == '[';
    if (!is_wine() || !listed)
        snprintf(detail, DETAIL_SIZE, "%lu ms, code 0x%lx", GetTickCount() - begun, run.code);
    return expect(listed);
}

const struct step tool_steps[] = {
#define X(way) {"B1." #way, "run reaches " #way, run_##way},
    WAYS(X)
#undef X
        {"B2.enforce", "mode enforce keeps the policy", mode_enforce},
    {"B2.respect", "mode respect leaves the program's own time", mode_respect},
    {"B2.tighten", "mode tighten takes the sooner one", mode_tighten},
    {"B2.rule", "a rule leaves connections to its peer alone", rule_off},
    {"B4.run", "run starts the other word size", run_other},
    {"B4.child", "a child of the other word size is followed", run_child},
    {"B5", "exit codes are the program's", exit_codes},
    {"B10", "list looks through the whole machine", whole_list},
    {0},
};
