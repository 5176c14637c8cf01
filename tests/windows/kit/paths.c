/* Parts B12 to B14 and B18: programs that are batch files or aliases, and paths of every form. */
#include "run.h"
#include <string.h>

/* say.cmd, found on PATH, hands its arguments to this program, which says the first of them. */
static const char *arrives_in_batch(const char *typed, const char *wanted, char *detail)
{
    char text[LINE_SIZE], line[LINE_SIZE];
    struct run run;
    snprintf(text, sizeof text, "@%s self say %%*\r\n", own(own_word()));
    if (!files_write("say.cmd", text))
        return cannot(detail, "no file can be written");
    SetEnvironmentVariableA("PATH", files_folder());
    snprintf(line, sizeof line, "%s run --strict -- say %s", tool(own_word()), typed);
    bool arrived = run_line(line, STEP_LIMIT_MS / 2, &run) && !run.code && strcmp(run.output, wanted) == 0;
    if (!arrived)
        run_tell(&run, detail);
    return expect(arrived);
}

static const char *batch_commands(char *detail)
{
    const char *plain = arrives_in_batch("x&exit", "argument x&exit\n", detail);
    return *plain == 'y' ? arrives_in_batch("x\\\"&exit&\\\"", "argument x\"&exit&\"\n", detail) : plain;
}

static const char *batch_variables(char *detail)
{
    return is_wine() ? cannot(detail, "Wine's cmd replaces them in any case")
                     : arrives_in_batch("%PATH%", "argument %PATH%\n", detail);
}

static const char *marked_path(char *detail)
{
    char line[LINE_SIZE];
    if (is_wine())
        return cannot(detail, "Wine starts no program by such a path");
    snprintf(line, sizeof line, "\"\\\\?\\%s " KIT_RUN " %s self socket", tool(own_word()) + 1, own(other_word()));
    return policy_of(line, detail);
}

/* 1, 0, or -1: Windows says nothing of it. */
static int long_paths_enabled(void)
{
    DWORD value = 0, size = sizeof value;
    HKEY key;
    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, "SYSTEM\\CurrentControlSet\\Control\\FileSystem", 0, KEY_QUERY_VALUE, &key))
        return -1;
    LONG error = RegQueryValueExA(key, "LongPathsEnabled", NULL, NULL, (BYTE *)&value, &size);
    RegCloseKey(key);
    return error ? -1 : (int)value;
}

/* tcpalive, its library and its log, all more than 260 characters deep. */
static const char *long_folder(char *detail)
{
    enum { DEPTH = 3, NAME = 100 };
    WCHAR folder[LINE_SIZE] = L"\\\\?\\";
    char plain[LINE_SIZE], line[2 * LINE_SIZE];
    if (is_wine())
        return cannot(detail, "Wine starts no program there");
    MultiByteToWideChar(CP_ACP, 0, files_folder(), -1, folder + 4, LINE_SIZE - 4);
    for (size_t depth = 0, length = wcslen(folder); depth < DEPTH; depth++) {
        for (int i = 0; i < NAME; i++)
            folder[length++] = 'x';
        folder[length++] = '\\';
        folder[length] = 0;
        CreateDirectoryW(folder, NULL);
    }
    if (!files_copy_tool(folder))
        return cannot(detail, "no file can be written there");
    WideCharToMultiByte(CP_ACP, 0, folder, -1, plain, LINE_SIZE, NULL, NULL);
    snprintf(line, sizeof line,
             "\"%stcpalive.exe\" run --strict --log info --log-file \"%slog\" --idle 37s -- %s self socket", plain,
             plain, own(own_word()));
    const char *said = policy_of(line, detail);
    size_t used = strlen(detail);
    wcscat(folder, L"log");
    snprintf(detail + used, DETAIL_SIZE - used, "%slog %s, LongPathsEnabled %d", used ? ", " : "",
             answer(GetFileAttributesW(folder) != INVALID_FILE_ATTRIBUTES), long_paths_enabled());
    return said;
}

/* What a new Windows has in place of a Python. */
static const char *app_alias(char *detail)
{
    char folder[MAX_PATH], path[LINE_SIZE], line[2 * LINE_SIZE];
    struct run run;
    if (!GetEnvironmentVariableA("LOCALAPPDATA", folder, MAX_PATH))
        return cannot(detail, "no such folder");
    snprintf(path, sizeof path, "%s\\Microsoft\\WindowsApps\\python.exe", folder);
    if (GetFileAttributesA(path) == INVALID_FILE_ATTRIBUTES)
        return cannot(detail, "none on this machine");
    snprintf(line, sizeof line, "%s check \"%s\"", tool(own_word()), path);
    run_line(line, STEP_LIMIT_MS / 2, &run);
    run_tell(&run, detail);
    return answer(strstr(run.output, "alias of an installed app"));
}

const struct step path_steps[] = {
    {"B12.commands", "no argument of a batch file is taken for a command", batch_commands},
    {"B12.variables", "nor for a variable", batch_variables},
    {"B13", "tcpalive is started by a path that is marked as whole", marked_path},
    {"B14", "tcpalive and its log in a folder of more than 260 characters", long_folder},
    {"B18", "check knows the alias of an app", app_alias},
    {0},
};
