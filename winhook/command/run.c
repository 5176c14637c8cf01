#include "arguments.h"
#include "command.h"
#include "program.h"
#include "say.h"
#include "settings.h"
#include "winhook/inject/inject.h"
#include "winhook/inject/remote.h"
#include "winhook/long_path.h"
#include <stdlib.h>
#include <string.h>

struct request {
    struct flags flags;
    bool strict;
    const char *program; /* NULL: none */
    const struct command_line *line;
    int at; /* the program's place in it */
};

/* GO_ON, or the exit code to end with. */
static int read_request(const struct command_line *line, struct request *request)
{
    struct arguments arguments = arguments_begin(COMMAND_run, line);
    int result = GO_ON;
    while (!request->program) {
        enum argument got = arguments_take(&arguments, &result);
        if (got == ARGUMENT_END)
            break;
        if (got == ARGUMENT_OPERAND) {
            request->program = arguments.value;
            request->at = arguments.at;
        } else if (arguments.option == RUN_STRICT)
            request->strict = true;
    }
    request->flags = arguments.flags;
    request->line = line;
    return result;
}

static HANDLE followed; /* the program, while it runs */

/*
 * The program gets Ctrl-C and Ctrl-Break from the console itself; we stay to hand on what it makes of them. At the end
 * of the console or the session a process ends with its handler (Microsoft: CTRL_CLOSE_EVENT), and the program with
 * ours: it gets the time that its own handler takes.
 */
static BOOL WINAPI stay(DWORD event)
{
    if ((event == CTRL_CLOSE_EVENT || event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT) && followed)
        WaitForSingleObject(followed, INFINITE);
    return TRUE;
}

/* A program with windows outlives the console that it was started from. */
static bool lives_in_console(HANDLE process)
{
    struct remote_image image;
    return remote_image(process, remote_program(process), &image) && image.subsystem == IMAGE_SUBSYSTEM_WINDOWS_CUI;
}

/* Whoever ends us means the program; what that starts by itself stays out of it. */
static void bind_lives(HANDLE process)
{
    if (!lives_in_console(process))
        return;
    HANDLE job = CreateJobObjectW(NULL, NULL); /* stays open until we end */
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {
        .BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK};
    if (job && SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits))
        AssignProcessToJobObject(job, process);
}

static int complain_start(const char *program, DWORD error)
{
    enum { ELEVATION_REQUIRED = 740 }; /* not every compiler's headers name it */
    bool missing = error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
    say_error("program", program,
              error == ELEVATION_REQUIRED ? "start tcpalive as administrator, as this program wants to be" : NULL,
              error);
    return missing ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

/*
 * The rest of the line goes to a program as it was typed: no quoting is undone and made again. To a batch file too,
 * where cmd.exe would make nothing else of it.
 */
static const char *make_line(const struct request *request, WCHAR path[LONG_PATH], WCHAR line[PROGRAM_LINE])
{
    static WCHAR interpreter[MAX_PATH];
    const struct command_line *whole = request->line;
    const WCHAR *rest = request->at + 1 < whole->count ? whole->typed[request->at + 1] : L"";
    if (!program_is_batch(path)) {
        lstrcpynW(line, whole->typed[request->at], PROGRAM_LINE);
        long_path_mark(path);
        return NULL;
    }
    const char *why = program_batch_line(path, rest, whole->text + request->at + 1, interpreter, line);
    lstrcpyW(path, interpreter);
    return why;
}

/* GO_ON, or the exit code to end with after it was said why. */
static int start(const struct request *request, PROCESS_INFORMATION *child)
{
    static WCHAR line[PROGRAM_LINE]; /* CreateProcessW may write to it */
    WCHAR path[LONG_PATH];
    STARTUPINFOW how = {.cb = sizeof how};
    GetStartupInfoW(&how);
    if (!program_find(request->program, path, LONG_PATH))
        return complain_start(request->program, ERROR_FILE_NOT_FOUND);
    const char *why = make_line(request, path, line);
    if (why) {
        say("program", request->program, why);
        return EXIT_NOT_EXECUTABLE;
    }
    if (!CreateProcessW(path, line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &how, child))
        return complain_start(request->program, GetLastError());
    return GO_ON;
}

/*
 * A program of which this comes before its first instruction was refused by the system's loader (Microsoft: NTSTATUS).
 */
static bool is_loaders(DWORD code)
{
    static const DWORD codes[] = {0xc0000022, 0xc000007b, 0xc000012f, 0xc0000135, 0xc0000138,
                                  0xc0000139, 0xc0000142, 0xc0000221, 0xc0000428, 0xc0000603};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (code == codes[i])
            return true;
    return false;
}

/* The status as a system error, whose sentence is known. */
static DWORD loader_error(DWORD code)
{
    typedef ULONG(NTAPI * to_error)(LONG);
    to_error convert = (to_error)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "RtlNtStatusToDosError");
    return convert ? convert((LONG)code) : code;
}

static void say_unreached(const struct request *request, enum inject_status status)
{
    DWORD error = inject_error(status);
    say_error(request->strict ? "refused" : "not reached", request->program, inject_sentence(status), error);
}

/* From suspended to its end; its exit code. */
static int follow_to_end(const struct request *request, PROCESS_INFORMATION *child, enum inject_status status)
{
    DWORD code = EXIT_OURS;
    if (status != INJECT_OK && status != INJECT_AFTER_START)
        say_unreached(request, status);
    bool refused = request->strict && status != INJECT_OK && status != INJECT_AFTER_START;
    followed = child->hProcess;
    if (!refused)
        ResumeThread(child->hThread);
    if (status == INJECT_AFTER_START && (status = inject_resumed(child->hProcess)) != INJECT_OK &&
        status != INJECT_ENDED) {
        say_unreached(request, status);
        refused = request->strict;
    }
    if (refused) {
        TerminateProcess(child->hProcess, EXIT_OURS);
        return EXIT_OURS;
    }
    WaitForSingleObject(child->hProcess, INFINITE);
    GetExitCodeProcess(child->hProcess, &code);
    followed = NULL;
    return (int)code;
}

/*
 * Once with the library; when the system does not load it into this program, once more without, which then runs for
 * the first time.
 */
static int start_and_follow(const struct request *request, bool enabled)
{
    HANDLE loaded = enabled ? CreateEventW(NULL, TRUE, FALSE, NULL) : NULL;
    PROCESS_INFORMATION child;
    int result = start(request, &child);
    if (result != GO_ON)
        return result;
    bind_lives(child.hProcess);
    enum inject_status status = enabled ? inject_new(child.hProcess, loaded) : INJECT_OK;
    int code = follow_to_end(request, &child, status);
    bool kept_out = enabled && status == INJECT_OK && loaded && is_loaders((DWORD)code) &&
                    WaitForSingleObject(loaded, 0) != WAIT_OBJECT_0;
    if (!kept_out)
        return code;
    say_error(request->strict ? "refused" : "not reached", request->program,
              "the system does not load tcpalive.dll into it", loader_error((DWORD)code));
    return request->strict ? EXIT_OURS : start_and_follow(request, false);
}

int run_main(const struct command_line *line)
{
    static struct policy policy;
    struct request request = {0};
    int result = read_request(line, &request);
    if (result != GO_ON)
        return result;
    if (!settings_read(&policy, &request.flags))
        return EXIT_OURS;
    if (!request.program)
        return say_usage("run", NULL, "needs a PROGRAM; see tcpalive help run");
    if (!settings_export(&request.flags))
        return EXIT_OURS;
    SetConsoleCtrlHandler(stay, TRUE);
    return start_and_follow(&request, policy.enabled);
}
