/*
 * Part B6 and children of another kind: a library that cannot be loaded, children under policies of the system, and one
 * that is started with a token.
 */
#include "run.h"
#include "self.h"
#include <aclapi.h>
#include <string.h>

/* tcpalive in a folder of its own, which the caller spoils. */
static bool copy_tool(char *path, char *command)
{
    WCHAR folder[MAX_PATH + 64];
    snprintf(path, LINE_SIZE, "%stcpalive.dll", files_folder());
    snprintf(command, LINE_SIZE, "\"%stcpalive.exe\"", files_folder());
    MultiByteToWideChar(CP_ACP, 0, files_folder(), -1, folder, MAX_PATH + 64);
    return files_copy_tool(folder);
}

/* The program starts without the library and a line says so; under --strict it does not start. */
static const char *falls_back(const char *command, const char *sentence, char *detail)
{
    char line[LINE_SIZE];
    struct run run, strict;
    snprintf(line, sizeof line, "%s " KIT_RUN " %s self exit 7", command, own(own_word()));
    run_line(line, STEP_LIMIT_MS / 2, &run);
    snprintf(line, sizeof line, "%s run --strict -- %s self exit 7", command, own(own_word()));
    run_line(line, STEP_LIMIT_MS / 2, &strict);
    bool right = run.code == 7 && strstr(run.output, sentence) && strict.code == 125;
    if (!right)
        snprintf(detail, DETAIL_SIZE, "code 0x%lx: %.200s; strict 0x%lx", run.code, run.output, strict.code);
    return expect(right);
}

static const char *damaged(char *detail)
{
    char path[LINE_SIZE], command[LINE_SIZE];
    if (!copy_tool(path, command) || !files_write("tcpalive.dll", "MZ no library"))
        return cannot(detail, "no file can be written");
    return falls_back(command, "is damaged, or of another one", detail);
}

/* Nobody may read it. Its owner may still take it away. */
static const char *unreadable(char *detail)
{
    char path[LINE_SIZE], command[LINE_SIZE];
    BYTE room[64];
    ACL *nobody = (ACL *)room;
    if (is_wine())
        return cannot(detail, "Wine asks for no rights of files");
    InitializeAcl(nobody, sizeof room, ACL_REVISION);
    if (!copy_tool(path, command) ||
        SetNamedSecurityInfoA(path, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                              NULL, NULL, nobody, NULL))
        return cannot(detail, "no file can be written");
    return falls_back(command, "tcpalive: not reached", detail);
}

/*
 * A child that loads no unsigned library, or may make no page executable, or must not touch a wrong handle:
 * it must run.
 */
static const char *with_policy(DWORD64 policy, char *detail)
{
    char line[LINE_SIZE];
    struct run run;
    if (is_wine())
        return cannot(detail, "Wine has no such policies");
    snprintf(line, sizeof line, "%s " KIT_RUN " %s self child %s 0x%llx", tool(own_word()), own(own_word()), own_word(),
             (unsigned long long)policy);
    bool ran = run_line(line, STEP_LIMIT_MS / 2, &run) && !run.code && strstr(run.output, "keepalive ");
    run_tell(&run, detail);
    return expect(ran);
}

static const char *signed_only(char *detail)
{
    return with_policy(1ULL << 44,
                       detail); /* PROCESS_CREATION_MITIGATION_POLICY_BLOCK_NON_MICROSOFT_BINARIES_ALWAYS_ON */
}

static const char *no_dynamic_code(char *detail)
{
    return with_policy(1ULL << 36, detail); /* PROCESS_CREATION_MITIGATION_POLICY_PROHIBIT_DYNAMIC_CODE_ALWAYS_ON */
}

static const char *strict_handles(char *detail)
{
    return with_policy(1ULL << 24, detail); /* PROCESS_CREATION_MITIGATION_POLICY_STRICT_HANDLE_CHECKS_ALWAYS_ON */
}

/* advapi32 of Windows 7 and later has it, this program must start everywhere. */
typedef BOOL(WINAPI *start_with_token)(HANDLE, DWORD, const WCHAR *, WCHAR *, DWORD, void *, const WCHAR *,
                                       STARTUPINFOW *, PROCESS_INFORMATION *);

/* Starts `self covered` with a token of its own; ends as that ends. */
void self_with_token(void)
{
    HANDLE own_one, token;
    WCHAR line[LINE_SIZE];
    char plain[LINE_SIZE];
    STARTUPINFOW how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    DWORD code = 1;
    start_with_token begin =
        (start_with_token)(void *)GetProcAddress(GetModuleHandleA("advapi32.dll"), "CreateProcessWithTokenW");
    snprintf(plain, sizeof plain, "%s self covered", own(own_word()));
    MultiByteToWideChar(CP_ACP, 0, plain, -1, line, LINE_SIZE);
    OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own_one);
    DuplicateTokenEx(own_one, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation, TokenPrimary, &token);
    if (begin && begin(token, 0, NULL, line, CREATE_NO_WINDOW, NULL, NULL, &how, &child)) {
        wait_for(child.hProcess, STEP_LIMIT_MS / 2);
        GetExitCodeProcess(child.hProcess, &code);
    }
    ExitProcess(code);
}

static const char *with_token(char *detail)
{
    char line[LINE_SIZE];
    struct run run;
    if (!is_elevated())
        return cannot(detail, "for an administrator");
    snprintf(line, sizeof line, "%s " KIT_RUN " %s self with_token", tool(own_word()), own(own_word()));
    run_line(line, STEP_LIMIT_MS / 2, &run);
    run_tell(&run, detail);
    return run.code == 0 || run.code == SELF_COVERED ? answer(run.code == SELF_COVERED) : "n-a";
}

const struct step damage_steps[] = {
    {"B6.damaged", "with a damaged library a program runs bare, and not at all under --strict", damaged},
    {"B6.unreadable", "the same with a library that nobody may read", unreadable},
    {"B6.signed", "a child that loads signed libraries only runs", signed_only},
    {"B6.code", "a child without dynamic code runs", no_dynamic_code},
    {"B6.handles", "a child with strict handle checks runs", strict_handles},
    {"B15", "a child by CreateProcessWithTokenW is followed", with_token},
    {0},
};
