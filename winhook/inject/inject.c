#include "inject.h"
#include "prepend.h"
#include "remote.h"
#include "winhook/library/start.h"

const char *inject_sentence(enum inject_status status)
{
    switch (status) {
#define X(value, sentence)                                                                                             \
    case value:                                                                                                        \
        return sentence;
        INJECT_STATUSES(X)
#undef X
    }
    return "unknown";
}

static bool own_folder(WCHAR path[INJECT_PATH], DWORD *length)
{
    HMODULE own;
    *length = 0;
    if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
                            (const WCHAR *)(void *)&own_folder, &own))
        return false;
    *length = GetModuleFileNameW(own, path, INJECT_PATH);
    while (*length && path[*length - 1] != '\\')
        --*length;
    path[*length] = 0;
    return *length > 0;
}

bool inject_beside(bool wide, const WCHAR *name, WCHAR path[INJECT_PATH])
{
    const WCHAR *folder = wide ? L"..\\x86_64\\" : L"..\\i686\\";
    DWORD length;
    if (!own_folder(path, &length) || length + (DWORD)(lstrlenW(folder) + lstrlenW(name)) >= INJECT_PATH)
        return false;
    if (wide != (sizeof(void *) == 8))
        lstrcatW(path, folder);
    lstrcatW(path, name);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

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

/* A thread of the other process that calls one function with one pointer; its exit code in `result`. */
static enum inject_status call(HANDLE process, void *function, void *argument, DWORD *result)
{
    HANDLE thread = CreateRemoteThread(process, NULL, 0, (LPTHREAD_START_ROUTINE)function, argument, 0, NULL);
    if (!thread)
        return INJECT_NO_THREAD;
    bool ended = WaitForSingleObject(thread, INJECT_WAIT_MS) == WAIT_OBJECT_0;
    if (ended)
        GetExitCodeThread(thread, result);
    CloseHandle(thread);
    return ended ? INJECT_OK : INJECT_TIMEOUT;
}

static void *copy_there(HANDLE process, const void *from, size_t size)
{
    void *there = VirtualAllocEx(process, NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (there && WriteProcessMemory(process, there, from, size, NULL))
        return there;
    if (there)
        VirtualFreeEx(process, there, 0, MEM_RELEASE);
    return NULL;
}

/* kernel32 lies at one address in all processes of a word size; asked where possible, because Wine promises
 * nothing. */
static void *load_library_there(HANDLE process)
{
    HMODULE here = GetModuleHandleW(L"kernel32.dll");
    BYTE *there = remote_module(process, L"kernel32.dll");
    BYTE *function = (BYTE *)(void *)GetProcAddress(here, "LoadLibraryW");
    return there ? there + (function - (BYTE *)here) : function;
}

/* A library that came in with another tcpalive has its own idea of what it is asked: it is only spoken to when it
 * is of our version. */
static enum inject_status start_there(HANDLE process, BYTE **function)
{
    char version[sizeof tcpalive_version];
    BYTE *library = remote_module(process, L"tcpalive.dll");
    if (!library)
        return INJECT_NOT_LOADED;
    BYTE *text = remote_export(process, library, "tcpalive_version");
    if (!text || !remote_read(process, text, version, sizeof version))
        return INJECT_OTHER_VERSION;
    for (size_t i = 0; i < sizeof version; i++)
        if (version[i] != tcpalive_version[i])
            return INJECT_OTHER_VERSION;
    *function = remote_export(process, library, "tcpalive_start");
    return *function ? INJECT_OK : INJECT_OTHER_VERSION;
}

static enum inject_status load(HANDLE process, const WCHAR *library)
{
    DWORD loaded = 0;
    if (remote_module(process, L"tcpalive.dll"))
        return INJECT_OK;
    void *path = copy_there(process, library, ((size_t)lstrlenW(library) + 1) * sizeof *library);
    if (!path)
        return INJECT_UNWRITABLE;
    enum inject_status status = call(process, load_library_there(process), path, &loaded);
    if (status != INJECT_TIMEOUT) /* else the thread may still read it */
        VirtualFreeEx(process, path, 0, MEM_RELEASE);
    return status == INJECT_OK && !loaded ? INJECT_NOT_LOADED : status;
}

enum inject_status inject_running(HANDLE process, const char *settings, size_t size)
{
    WCHAR library[INJECT_PATH];
    DWORD result = 0;
    if (!inject_beside(sizeof(void *) == 8, L"tcpalive.dll", library))
        return INJECT_NO_LIBRARY;
    enum inject_status status = load(process, library);
    if (status != INJECT_OK)
        return status;
    BYTE *function;
    status = start_there(process, &function);
    if (status != INJECT_OK)
        return status;
    void *there = settings ? copy_there(process, settings, size) : NULL;
    if (settings && !there)
        return INJECT_UNWRITABLE;
    status = call(process, function, there, &result);
    if (status != INJECT_OK)
        return status;
    switch ((enum start_status)result) {
    case START_OK:
        return INJECT_OK;
    case START_PARTLY:
        return INJECT_PARTLY;
    case START_OFF:
        return INJECT_OFF;
    case START_NO_MEMORY:
        break;
    }
    return INJECT_NOT_STARTED;
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

enum inject_status inject_by_helper(HANDLE process, enum inject_helper task)
{
    WCHAR helper[INJECT_PATH], line[INJECT_PATH + 64] = L"\"";
    STARTUPINFOW how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    DWORD code = STILL_ACTIVE;
    bool speaks = task == INJECT_HELPER_ATTACH;
    if (!inject_beside(is_wide(process), L"tcpalive.exe", helper))
        return INJECT_NO_HELPER;
    lstrcatW(line, helper);
    lstrcatW(line, speaks ? L"\" attach " : L"\" inject ");
    append_number(line, GetProcessId(process));
    if (!CreateProcessW(helper, line, NULL, NULL, speaks, speaks ? 0 : CREATE_NO_WINDOW, NULL, NULL, &how, &child))
        return INJECT_NO_HELPER;
    if (WaitForSingleObject(child.hProcess, 2 * INJECT_WAIT_MS) == WAIT_OBJECT_0)
        GetExitCodeProcess(child.hProcess, &code);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return code ? INJECT_HELPER_FAILED : INJECT_OK;
}

enum inject_status inject_new(HANDLE process)
{
    bool wide = is_wide(process);
    WCHAR library[INJECT_PATH];
    if (sizeof(void *) == 4 && wide)
        return inject_by_helper(process, INJECT_HELPER_NEW);
    if (!inject_beside(wide, L"tcpalive.dll", library))
        return INJECT_NO_LIBRARY;
    enum inject_status status = prepend_import(process, library);
    if (status != INJECT_NEEDS_THREAD)
        return status;
    return inject_same_size(process) ? inject_running(process, NULL, 0) : inject_by_helper(process, INJECT_HELPER_NEW);
}

bool inject_restore_headers(void)
{
    return prepend_restore();
}
