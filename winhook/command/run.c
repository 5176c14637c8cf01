#include "command.h"
#include "pe_file.h"
#include "say.h"
#include "settings.h"
#include "winhook/inject/inject.h"
#include <stdlib.h>
#include <string.h>

struct run_options {
    bool strict;
    const char *method;
};

static bool take_option(const struct arguments *arguments, int *at, void *context)
{
    struct run_options *options = context;
    if (take_value(arguments, at, "--method", &options->method))
        return true;
    if (strcmp(arguments->text[*at], "--strict"))
        return false;
    options->strict = true;
    ++*at;
    return true;
}

/* The program gets Ctrl-C and Ctrl-Break from the console itself; we stay to hand on what it makes
 * of them. */
static BOOL WINAPI stay(DWORD event)
{
    (void)event;
    return TRUE;
}

/* Whoever ends us means the program; what that starts by itself stays out of it. */
static void bind_lives(HANDLE process)
{
    HANDLE job = CreateJobObjectW(NULL, NULL); /* stays open until we end */
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
        .BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK};
    if (job && SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits))
        AssignProcessToJobObject(job, process);
}

static int complain_start(const char *program, DWORD error)
{
    bool missing = error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
    say_error("program", program, NULL, error);
    return missing ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

/* The rest of the line goes to the program as it was typed: no quoting is undone and made again. */
static bool start(const char *program, const WCHAR *typed, PROCESS_INFORMATION *child)
{
    enum { LINE_SIZE = 32768 }; /* CreateProcessW takes no longer one, and may write to it */
    static WCHAR line[LINE_SIZE];
    WCHAR path[INJECT_PATH];
    STARTUPINFOW how = {.cb = sizeof how};
    GetStartupInfoW(&how);
    if (!pe_file_find(program, path, INJECT_PATH)) {
        SetLastError(ERROR_FILE_NOT_FOUND);
        return false;
    }
    lstrcpynW(line, typed, LINE_SIZE);
    return CreateProcessW(path, line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &how, child);
}

static int follow_to_end(PROCESS_INFORMATION *child)
{
    DWORD code = EXIT_OWN;
    ResumeThread(child->hThread);
    WaitForSingleObject(child->hProcess, INFINITE);
    GetExitCodeProcess(child->hProcess, &code);
    return (int)code;
}

int command_run(const struct arguments *arguments, int at)
{
    static struct policy policy;
    struct flags flags = {{0}};
    struct run_options options = {false, "auto"};
    PROCESS_INFORMATION child;
    if (!settings_take("run", &flags, arguments, &at, take_option, &options) || !settings_read(&policy, &flags))
        return EXIT_OWN;
    if (strcmp(options.method, "auto") && strcmp(options.method, "preload"))
        return say_usage("--method", options.method, "must be auto or preload");
    if (at == arguments->count)
        return say_usage("run", NULL, "needs a PROGRAM; see tcpalive --help");
    if (!settings_export(&flags))
        return EXIT_OWN;
    SetConsoleCtrlHandler(stay, TRUE);
    if (!start(arguments->text[at], arguments->typed[at], &child))
        return complain_start(arguments->text[at], GetLastError());
    bind_lives(child.hProcess);
    enum inject_status status = policy.enabled ? inject_new(child.hProcess) : INJECT_OK;
    if (status != INJECT_OK) {
        say(options.strict ? "refused" : "not reached", arguments->text[at], inject_sentence(status));
        if (options.strict) {
            TerminateProcess(child.hProcess, EXIT_OWN);
            return EXIT_OWN;
        }
    }
    return follow_to_end(&child);
}
