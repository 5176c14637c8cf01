#include "run.h"
#include "self.h"
#include <stdlib.h>
#include <string.h>

bool is_wine(void)
{
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
}

bool is_elevated(void)
{
    HANDLE token;
    DWORD elevated = 0, size;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    GetTokenInformation(token, TokenElevation, &elevated, sizeof elevated, &size);
    CloseHandle(token);
    return elevated;
}

bool is_native(void)
{
    BOOL guest = FALSE;
    return IsWow64Process(GetCurrentProcess(), &guest) && !guest;
}

bool may_probe(void)
{
    return !is_wine() && is_elevated() && is_native();
}

const char *cannot(char *detail, const char *why)
{
    snprintf(detail, DETAIL_SIZE, "%s", why);
    return "n-a";
}

const char *cannot_probe(char *detail)
{
    return cannot(detail, is_wine()       ? "Wine has no packets of its own"
                          : is_elevated() ? "asked by the other word size"
                                          : "for an administrator");
}

const char *answer(bool yes)
{
    return yes ? "yes" : "no";
}

const char *expect(bool yes)
{
    return yes ? "yes" : "NO";
}

static const struct step *const all_steps[] = {fact_steps,    more_fact_steps, tool_steps,    running_steps,
                                               damage_steps,  net_steps,       machine_steps, path_steps,
                                               console_steps, service_steps,   wire_steps,    peer_steps};
static int counts[3]; /* yes and info, no; NO, hung, died; n-a */

static void step_line(const struct step *step)
{
    char line[LINE_SIZE];
    struct run run;
    snprintf(line, sizeof line, "%s step %s", own(own_word()), step->id);
    bool started = run_line(line, STEP_LIMIT_MS, &run);
    const char *said = !started || (run.code && !run.hung) ? "died" : run.hung ? "hung" : run.output;
    char *end = strchr(run.output, '\n');
    if (end)
        *end = 0;
    if (said == run.output)
        printf("%s | %s\n", step->id, said);
    else
        printf("%s | %s | %s: code 0x%lx %s\n", step->id, said, step->what, run.code, run.output);
    bool bad = said != run.output || strncmp(said, "NO ", 3) == 0;
    counts[bad ? 1 : strncmp(said, "n-a", 3) == 0 ? 2 : 0]++;
}

static int one_step(const char *id)
{
    char detail[DETAIL_SIZE] = "";
    for (size_t i = 0; i < sizeof all_steps / sizeof *all_steps; i++)
        for (const struct step *step = all_steps[i]; step->id; step++)
            if (strcmp(step->id, id) == 0) {
                const char *said = step->ask(detail);
                printf("%s | %s%s%s\n", said, step->what, *detail ? ": " : "", detail);
                return 0;
            }
    return 2;
}

static void say_machine(void)
{
    typedef LONG(NTAPI * get_version)(OSVERSIONINFOW *);
    OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
    SYSTEM_INFO system;
    DWORD session = 0;
    ((get_version)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "RtlGetVersion"))(&version);
    GetNativeSystemInfo(&system);
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    printf("# Windows %lu.%lu.%lu, machine %u, %s, %s, session %lu%s\n", version.dwMajorVersion, version.dwMinorVersion,
           version.dwBuildNumber, system.wProcessorArchitecture, own_word(),
           is_elevated() ? "elevated" : "not elevated", session, is_wine() ? ", Wine" : "");
}

/* What may keep an unsigned library from being loaded. */
static void say_guards(void)
{
    static const char *const states[] = {"off", "on", "being decided"};
    SERVICE_STATUS status = {0};
    DWORD state = 0, size = sizeof state;
    HKEY key;
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT),
              defender = manager ? OpenServiceA(manager, "WinDefend", SERVICE_QUERY_STATUS) : NULL;
    if (defender)
        QueryServiceStatus(defender, &status);
    if (!RegOpenKeyExA(HKEY_LOCAL_MACHINE, "SYSTEM\\CurrentControlSet\\Control\\CI\\Policy", 0, KEY_QUERY_VALUE,
                       &key)) {
        RegQueryValueExA(key, "VerifiedAndReputablePolicyState", NULL, NULL, (BYTE *)&state, &size);
        RegCloseKey(key);
    }
    printf("# Defender %s, Smart App Control %s\n",
           !defender                                  ? "not there"
           : status.dwCurrentState == SERVICE_RUNNING ? "running"
                                                      : "not running",
           state < 3 ? states[state] : "unknown");
}

static void say_tool(void)
{
    char line[LINE_SIZE];
    struct run run;
    snprintf(line, sizeof line, "%s --version", tool(own_word()));
    printf("# %s", run_line(line, STEP_LIMIT_MS, &run) ? run.output : "no tcpalive.exe beside this program\n");
}

int main(int argc, char **argv)
{
    WSADATA data;
    DWORD begun = GetTickCount();
    setvbuf(stdout, NULL, _IONBF, 0);
    WSAStartup(MAKEWORD(2, 2), &data);
    if (argc > 2 && strcmp(argv[1], "self") == 0)
        return self_main(argc - 2, argv + 2);
    if (argc > 2 && strcmp(argv[1], "step") == 0)
        return one_step(argv[2]);
    if (argc > 2 && strcmp(argv[1], "--peer") == 0)
        SetEnvironmentVariableA("TCPALIVE_VERIFY_PEER", argv[2]);
    say_machine();
    say_tool();
    say_guards();
    for (size_t i = 0; i < sizeof all_steps / sizeof *all_steps; i++)
        for (const struct step *step = all_steps[i]; step->id; step++)
            step_line(step);
    service_remove();
    wire_remove();
    files_remove();
    printf("# verify: %d answers, %d NO, %d n-a in %lu s\n", counts[0], counts[1], counts[2],
           (GetTickCount() - begun) / 1000);
    return counts[1] != 0;
}
