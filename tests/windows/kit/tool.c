/*
 * Part B, what is plain: tcpalive itself, this program being its target (self.c).
 */
#include "run.h"
#include "self.h"
#include <string.h>

const char *values_of(const char *line, bool wanted, long wanted_idle, char *detail)
{
    struct run run;
    if (!run_line(line, STEP_LIMIT_MS / 2, &run)) {
        sprintf(detail, "not started, error %lu", GetLastError());
        return "NO";
    }
    if (strncmp(run.output, "n-a", 3) == 0)
        return cannot(detail, "this system has no such function");
    const char *said = strstr(run.output, "keepalive ");
    int on = 0, idle = -1;
    if (said)
        sscanf(said, "keepalive %d idle %d", &on, &idle);
    bool covered = said && on == wanted && (!wanted || idle == wanted_idle || idle < 0) && !run.hung && !run.code;
    if (!covered)
        run_tell(&run, detail);
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

#define X(way)                                                                                                         \
    static const char *run_##way(char *detail)                                                                         \
    {                                                                                                                  \
        return under_run(own_word(), own_word(), #way, detail);                                                        \
    }
KIT_WAYS(X)
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

/* What Explorer shows of a file: its version resource. */
static bool file_version(const char *path, char *text)
{
    typedef BOOL(WINAPI * get_info)(const char *, DWORD, DWORD, void *);
    typedef BOOL(WINAPI * get_value)(const void *, const char *, void **, UINT *);
    static char room[8192];
    VS_FIXEDFILEINFO *fixed;
    UINT size;
    HMODULE library = LoadLibraryA("version.dll");
    get_info info = (get_info)(void *)GetProcAddress(library, "GetFileVersionInfoA");
    get_value value = (get_value)(void *)GetProcAddress(library, "VerQueryValueA");
    if (!info || !value || !info(path, 0, sizeof room, room) || !value(room, "\\", (void **)&fixed, &size))
        return false;
    sprintf(text, "tcpalive %d.%d.%d", HIWORD(fixed->dwFileVersionMS), LOWORD(fixed->dwFileVersionMS),
            HIWORD(fixed->dwFileVersionLS));
    return true;
}

static const char *same_versions(char *detail)
{
    char line[LINE_SIZE], path[LINE_SIZE], versions[2][64] = {"none", "none"};
    struct run run;
    snprintf(line, sizeof line, "%s --version", tool(own_word()));
    run_line(line, STEP_LIMIT_MS / 2, &run);
    for (int i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s", tool(own_word()) + 1);
        strcpy(strrchr(path, '.'), i ? ".dll" : ".exe");
        file_version(path, versions[i]);
    }
    /* The commit may stand behind it. */
    bool same = strcmp(versions[0], versions[1]) == 0 && strncmp(run.output, versions[0], strlen(versions[0])) == 0;
    if (!same)
        snprintf(detail, DETAIL_SIZE, "--version %.60s, tcpalive.exe %s, tcpalive.dll %s", run.output, versions[0],
                 versions[1]);
    return expect(same);
}

const struct step tool_steps[] = {
#define X(way) {"B1." #way, "run reaches " #way, run_##way},
    KIT_WAYS(X)
#undef X
        {"B2.enforce", "mode enforce keeps the policy", mode_enforce},
    {"B2.respect", "mode respect leaves the program's own time", mode_respect},
    {"B2.tighten", "mode tighten takes the sooner one", mode_tighten},
    {"B2.rule", "a rule leaves connections to its peer alone", rule_off},
    {"B4.run", "run starts the other word size", run_other},
    {"B4.child", "a child of the other word size is followed", run_child},
    {"B5", "exit codes are the program's", exit_codes},
    {"B10", "list looks through the whole machine", whole_list},
    {"B16", "the files show the version that --version says", same_versions},
    {0},
};
