/* Part B3: attach to a program that runs, whatever stands in the way there. */
#include "run.h"
#include "self.h"
#include <string.h>

/* `self wait KIND IDLE`, once it is ready. */
static bool begin(const char *kind, int idle, DWORD flags, struct beside *program)
{
    char line[LINE_SIZE];
    snprintf(line, sizeof line, "%s self wait %s %d", own(own_word()), kind, idle);
    return beside_start(line, flags, program) && beside_ready(program);
}

/* It goes on, and ends with SELF_COVERED when all of it is. */
static const char *end(struct beside *program, bool attached, const struct run *run, char *detail)
{
    SetEvent(program->go);
    DWORD code = beside_end(program);
    if (!attached || code != SELF_COVERED)
        snprintf(detail, DETAIL_SIZE, "attach 0x%lx, program 0x%lx: %.200s", run->code, code, run->output);
    return expect(attached && code == SELF_COVERED);
}

static const char *attach_to(const char *kind, char *detail)
{
    struct beside program;
    struct run run = {0};
    if (!begin(kind, KIT_IDLE, 0, &program))
        return "NO";
    bool attached = attach(tool(own_word()), "--idle 37s", program.pid, &run);
    return end(&program, attached, &run, detail);
}

static const char *behind_pipe(char *detail)
{
    return attach_to("pipe", detail);
}

static const char *in_accept(char *detail)
{
    return attach_to("accept", detail);
}

static const char *unloading(char *detail)
{
    return attach_to("unload", detail);
}

static const char *behind_console(char *detail)
{
    struct beside program;
    struct run run = {0};
    if (!begin("console", KIT_IDLE, CREATE_NEW_CONSOLE, &program)) {
        DWORD code = beside_end(&program);
        return code == SELF_NO_CONSOLE ? cannot(detail, "no console can be made") : "NO";
    }
    bool attached = attach(tool(own_word()), "--idle 37s", program.pid, &run);
    return end(&program, attached, &run, detail);
}

/* The second policy counts. */
static const char *twice(char *detail)
{
    struct beside program;
    struct run run = {0};
    if (!begin("plain", 41, 0, &program))
        return "NO";
    bool attached = attach(tool(own_word()), "--idle 37s", program.pid, &run) &&
                    attach(tool(own_word()), "--idle 41s", program.pid, &run);
    return end(&program, attached, &run, detail);
}

/* Refused with a sentence, and the program goes on under what the older one gave it. */
static const char *other_version(char *detail)
{
    struct beside program;
    struct run run = {0};
    if (!begin("plain", KIT_IDLE, 0, &program))
        return "NO";
    bool attached = attach(older_tool(), "--idle 37s", program.pid, &run);
    bool refused =
        attached && !attach(tool(own_word()), "--idle 41s", program.pid, &run) && strstr(run.output, "another version");
    return end(&program, refused, &run, detail);
}

/* By the command of the other word size, which asks its sister. */
static const char *across(char *detail)
{
    struct beside program;
    struct run run = {0};
    if (!begin("plain", KIT_IDLE, 0, &program))
        return "NO";
    bool attached = attach(tool(other_word()), "--idle 37s", program.pid, &run);
    return end(&program, attached, &run, detail);
}

const struct step running_steps[] = {
    {"B3.pipe", "attach covers 200 sockets behind a pipe that is being read", behind_pipe},
    {"B3.console", "attach covers a socket behind a console that is being read", behind_console},
    {"B3.accept", "attach covers what a call takes that waits since before", in_accept},
    {"B3.unload", "attach to a program whose threads load and unload libraries", unloading},
    {"B3.twice", "of two attaches the second counts", twice},
    {"B3.version", "attach refuses a program that has another version in it, which goes on", other_version},
    {"B3.across", "attach to the other word size", across},
    {0},
};
