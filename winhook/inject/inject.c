#include "inject.h"
#include "beside.h"
#include "obstacle.h"
#include "prepend.h"
#include "running.h"

static bool is_wide(HANDLE process)
{
    BOOL narrow = FALSE, own_narrow = FALSE;
    IsWow64Process(process, &narrow);
    IsWow64Process(GetCurrentProcess(), &own_narrow);
    return !narrow && (own_narrow || sizeof(void *) == 8);
}

bool inject_same_size(HANDLE process)
{
    return is_wide(process) == (sizeof(void *) == 8);
}

/* Adds a number to a line. */
static void append_number(WCHAR *line, DWORD number)
{
    WCHAR text[16], *digit = text + 15;
    *digit = 0;
    do
        *--digit = (WCHAR)('0' + number % 10);
    while (number /= 10);
    lstrcatW(line, digit);
}

/*
 * The tcpalive.exe of the process's word size, with a line for it: `inject new PID HANDLE`. A handle has 32 bits that
 * count (Microsoft: Interprocess Communication).
 */
static bool start_helper(HANDLE process, const WCHAR *task, HANDLE handle, bool inherit, HANDLE *started)
{
    WCHAR helper[LONG_PATH], line[LONG_PATH + 64] = L"\"";
    STARTUPINFOW how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    if (!inject_beside(is_wide(process), L"tcpalive.exe", helper))
        return false;
    lstrcatW(line, helper);
    lstrcatW(line, task);
    append_number(line, GetProcessId(process));
    lstrcatW(line, L" ");
    append_number(line, (DWORD)(ULONG_PTR)handle);
    if (!CreateProcessW(helper, line, NULL, NULL, inherit, CREATE_NO_WINDOW, NULL, NULL, &how, &child))
        return false;
    CloseHandle(child.hThread);
    *started = child.hProcess;
    return true;
}

static enum inject_status ask_helper(HANDLE process, const WCHAR *task, HANDLE handle, bool inherit, DWORD wait_ms)
{
    DWORD code = STILL_ACTIVE;
    HANDLE helper;
    if (!start_helper(process, task, handle, inherit, &helper))
        return INJECT_NO_HELPER;
    if (WaitForSingleObject(helper, wait_ms) == WAIT_OBJECT_0)
        GetExitCodeProcess(helper, &code);
    CloseHandle(helper);
    return code <= INJECT_OFF ? (enum inject_status)code : INJECT_HELPER_FAILED;
}

enum inject_status inject_by_helper(HANDLE process, HANDLE section, const struct attachment *asked)
{
    enum inject_status status = ask_helper(process, L"\" inject attach ", section, true, 2 * INJECT_LOOK_MS);
    if (status != INJECT_NO_HELPER)
        SetLastError(asked->error);
    return status;
}

enum inject_status inject_new_there(HANDLE process, HANDLE loaded)
{
    bool wide = is_wide(process);
    WCHAR library[LONG_PATH];
    if (sizeof(void *) == 4 && wide)
        return ask_helper(process, L"\" inject new ", loaded, false, 2 * INJECT_WAIT_MS);
    if (!inject_beside(wide, L"tcpalive.dll", library))
        return INJECT_NO_LIBRARY;
    enum inject_status status = obstacle_for(process, wide, library);
    if (status == INJECT_OK)
        status = prepend_import(process, library, loaded);
    if (status != INJECT_NEEDS_THREAD)
        return status;
    return inject_same_size(process) ? inject_running(process, NULL, 0, NULL)
                                     : ask_helper(process, L"\" inject new ", loaded, false, 2 * INJECT_WAIT_MS);
}

enum inject_status inject_new(HANDLE process, HANDLE loaded)
{
    HANDLE there = NULL;
    if (loaded)
        DuplicateHandle(GetCurrentProcess(), loaded, process, &there, EVENT_MODIFY_STATE, FALSE, 0);
    return inject_new_there(process, there);
}

enum inject_status inject_resumed(HANDLE process)
{
    return inject_same_size(process) ? inject_started(process, INJECT_WAIT_MS)
                                     : ask_helper(process, L"\" inject started ", NULL, false, 2 * INJECT_WAIT_MS);
}

enum inject_status inject_when_resumed(HANDLE process)
{
    HANDLE helper;
    if (!start_helper(process, L"\" inject started ", NULL, false, &helper))
        return INJECT_NO_HELPER;
    CloseHandle(helper);
    return INJECT_OK;
}
