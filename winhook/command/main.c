/*
 * main: `tcpalive COMMAND [ARG...]`: finds the command and hands over; help and version.
 */
#include "arguments.h"
#include "command.h"
#include "core/help.h"
#include "program.h"
#include "say.h"
#include "winhook/entrance.h"
#include <string.h>

static int (*const mains[])(const struct command_line *line) = {
#define X(name, ...) [COMMAND_##name] = name##_main,
    COMMANDS(X)
#undef X
};

static bool is_program(const char *word)
{
    WCHAR path[MAX_PATH];
    return program_find(word, path, MAX_PATH);
}

static int dispatch(const struct command_line *line)
{
    const struct help_desk desk = {commands, COMMAND_COUNT, tcpalive_version + sizeof "tcpalive", "debugger",
                                   is_program};
    const char *word = line->count > 1 ? line->text[1] : "";
    const struct command *command = command_find(commands, COMMAND_COUNT, span_of(word));
    char buffer[HELP_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    if (command)
        return mains[command - commands](line);
    if (strcmp(word, "inject") == 0)
        return inject_main(line);
    if (help_answer(&text, &desk, line->count, line->text))
        return say_answer(&text);
    say_line(buffer);
    return EXIT_OURS;
}

/*
 * By the system's own word: GetVersion() tells of Windows 8 to whom it does not know (Microsoft:
 * Targeting your application).
 */
static bool is_too_old(OSVERSIONINFOW *system)
{
    typedef LONG(NTAPI * get_version)(OSVERSIONINFOW *);
    get_version get = (get_version)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "RtlGetVersion");
    *system = (OSVERSIONINFOW){.dwOSVersionInfoSize = sizeof *system};
    return get && get(system) >= 0 && MAKEWORD(system->dwMinorVersion, system->dwMajorVersion) < MAKEWORD(1, 6);
}

static int refuse(const OSVERSIONINFOW *system)
{
    char version[32];
    struct text text = text_in(version, sizeof version);
    text_add_number(&text, system->dwMajorVersion);
    text_add_char(&text, '.');
    text_add_number(&text, system->dwMinorVersion);
    return say_usage("Windows", version,
                     "is too old: Windows 7 or Server 2008 R2 (6.1) is the oldest that tcpalive runs on");
}

int wmain(void);

int wmain(void)
{
    OSVERSIONINFOW system;
    if (is_too_old(&system))
        return refuse(&system);
    struct command_line line = command_line_of(GetCommandLineW());
    return say_finish(dispatch(&line));
}
