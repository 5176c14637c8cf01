/*
 * pretend: a Windows that Wine is not. tcpalive is linked once more with this between it and the system: functions
 * that the variable PRETEND names (words between colons) answer as Microsoft's pages say that they may. Nothing
 * else is changed.
 */
#include <winsock2.h>
#include <windows.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#include <psapi.h>
#include <stdbool.h>
#include <winternl.h>

NTSYSAPI NTSTATUS NTAPI LdrGetProcedureAddress(HMODULE, ANSI_STRING *, ULONG, void **);

static bool same(const char *one, const char *other)
{
    while (*one && *one == *other)
        one++, other++;
    return *one == *other;
}

/* Is the word among those of PRETEND? `number`: what stands behind its `=`. */
static bool told(const char *word, DWORD *number)
{
    char words[200];
    DWORD length = GetEnvironmentVariableA("PRETEND", words, sizeof words);
    for (const char *at = words; length && length < sizeof words && *at; at += *at == ':') {
        const char *letter = word;
        while (*letter && *at == *letter)
            at++, letter++;
        bool found = !*letter && (!*at || *at == ':' || *at == '=');
        for (DWORD value = 0; found && *at == '='; *number = value)
            while (*++at >= '0' && *at <= '9')
                value = value * 10 + (DWORD)(*at - '0');
        if (found)
            return true;
        while (*at && *at != ':')
            at++;
    }
    return false;
}

static bool is(const char *word)
{
    DWORD ignored;
    return told(word, &ignored);
}

static void *real(const char *module, const char *name)
{
    ANSI_STRING text = {(USHORT)lstrlenA(name), (USHORT)lstrlenA(name), (char *)name};
    void *function = NULL;
    LdrGetProcedureAddress(GetModuleHandleA(module), &text, 0, &function);
    return function;
}

#define FUNCTIONS(X)                                                                                                   \
    X("kernel32.dll", CreateRemoteThread, 28)                                                                          \
    X("kernel32.dll", CreateThread, 24)                                                                                \
    X("kernel32.dll", OpenProcess, 12)                                                                                 \
    X("kernel32.dll", CreateProcessW, 40)                                                                              \
    X("kernel32.dll", CreateFileW, 28)                                                                                 \
    X("kernel32.dll", GetDriveTypeW, 4)                                                                                \
    X("kernel32.dll", SetConsoleCtrlHandler, 8)                                                                        \
    X("ws2_32.dll", setsockopt, 20)                                                                                    \
    X("ws2_32.dll", getsockopt, 20)                                                                                    \
    X("ws2_32.dll", WSAIoctl, 36)                                                                                      \
    X("ws2_32.dll", ioctlsocket, 12)

#define X(module, name, size) static typeof(&name) real_##name;
FUNCTIONS(X)
#undef X

/* Once, before the library changes what the names stand for: its first question is for their addresses. */
static void bind_all(void)
{
    if (real_ioctlsocket)
        return;
#define X(module, name, size) real_##name = (typeof(&name))real(module, #name);
    FUNCTIONS(X)
#undef X
}
#define REAL(name) (bind_all(), real_##name)

/* A line of stderr for a call, where PRETEND asks for them. */
static void trace(const char *call, int level, int option, DWORD value)
{
    char line[100];
    DWORD written;
    if (is("trace"))
        WriteFile(GetStdHandle(STD_ERROR_HANDLE), line,
                  (DWORD)wsprintfA(line, "%s %d %d %lu\n", call, level, option, value), &written, NULL);
}

static HANDLE WINAPI pretend_CreateRemoteThread(HANDLE process, SECURITY_ATTRIBUTES *security, SIZE_T stack,
                                                LPTHREAD_START_ROUTINE function, void *argument, DWORD flags, DWORD *id)
{
    if (!is("no_thread") && !is("no_thread_at_all"))
        return REAL(CreateRemoteThread)(process, security, stack, function, argument, flags, id);
    SetLastError(ERROR_NOT_ENOUGH_MEMORY); /* another session's process, before Windows 8 */
    return NULL;
}

static LPTHREAD_START_ROUTINE late;

static DWORD WINAPI begin_late(void *argument)
{
    Sleep(1200);
    return late(argument);
}

/*
 * A new thread waits for its turn with the loader, which another one may have for long: here, the second that is made.
 */
static HANDLE WINAPI pretend_CreateThread(SECURITY_ATTRIBUTES *security, SIZE_T stack, LPTHREAD_START_ROUTINE function,
                                          void *argument, DWORD flags, DWORD *id)
{
    static LONG count;
    trace("thread", 0, 0, 0);
    if (InterlockedIncrement(&count) == 2 && is("slow_start")) {
        late = function;
        function = begin_late;
    }
    return REAL(CreateThread)(security, stack, function, argument, flags, id);
}

/* Who may not debug may not open the processes of others. */
static HANDLE WINAPI pretend_OpenProcess(DWORD rights, BOOL inherit, DWORD pid)
{
    PRIVILEGE_SET wanted = {1, PRIVILEGE_SET_ALL_NECESSARY, {{{20, 0}, 0}}}; /* SeDebugPrivilege */
    HANDLE token;
    BOOL held = FALSE;
    if (is("closed") && OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        typedef BOOL(WINAPI * check)(HANDLE, PRIVILEGE_SET *, BOOL *);
        ((check)real("advapi32.dll", "PrivilegeCheck"))(token, &wanted, &held);
        CloseHandle(token);
    }
    if ((!is("closed") || held) && !is("closed_to_all"))
        return REAL(OpenProcess)(rights, inherit, pid);
    SetLastError(ERROR_ACCESS_DENIED);
    return NULL;
}

static PHANDLER_ROUTINE handler;

/*
 * The console's end, when the program is at its work and has said so: what the handler makes of it, then the process's
 * end, of which the handler is part.
 */
static DWORD WINAPI close_console(void *at_work)
{
    WaitForSingleObject(at_work, INFINITE);
    if (is("closing"))
        handler(CTRL_CLOSE_EVENT);
    TerminateProcess(GetCurrentProcess(), 9);
    return 0;
}

static BOOL WINAPI pretend_CreateProcessW(const WCHAR *program, WCHAR *line, SECURITY_ATTRIBUTES *process,
                                          SECURITY_ATTRIBUTES *thread, BOOL inherit, DWORD flags, void *environment,
                                          const WCHAR *folder, STARTUPINFOW *how, PROCESS_INFORMATION *child)
{
    DWORD error;
    if (is("closing") || is("dying"))
        REAL(CreateThread)(NULL, 0, close_console, CreateEventA(NULL, TRUE, FALSE, "probe-saves"), 0, NULL);
    if (!told("start_fails", &error))
        return REAL(CreateProcessW)(program, line, process, thread, inherit, flags, environment, folder, how, child);
    SetLastError(error);
    return FALSE;
}

static HANDLE WINAPI pretend_CreateFileW(const WCHAR *path, DWORD rights, DWORD share, SECURITY_ATTRIBUTES *security,
                                         DWORD how, DWORD flags, HANDLE model)
{
    DWORD error;
    if (!told("file_fails", &error))
        return REAL(CreateFileW)(path, rights, share, security, how, flags, model);
    SetLastError(error);
    return INVALID_HANDLE_VALUE;
}

/*
 * Two thousand libraries: told as such whatever the room, and only where there is room for them. Neither of the two
 * names is declared as an import.
 */
BOOL WINAPI K32EnumProcessModules(HANDLE process, HMODULE *modules, DWORD size, DWORD *needed)
{
    enum { MANY = 2000 * sizeof *modules };
    typedef BOOL(WINAPI * list)(HANDLE, HMODULE *, DWORD, DWORD *);
    if (!is("many_libraries") || size >= MANY)
        return ((list)real("kernel32.dll", "K32EnumProcessModules"))(process, modules, size, needed);
    *needed = MANY;
    return TRUE;
}

#undef EnumProcessModules
BOOL WINAPI EnumProcessModules(HANDLE process, HMODULE *modules, DWORD size, DWORD *needed)
{
    return K32EnumProcessModules(process, modules, size, needed);
}

static UINT WINAPI pretend_GetDriveTypeW(const WCHAR *root)
{
    return is("local_only") ? DRIVE_REMOTE : REAL(GetDriveTypeW)(root);
}

static BOOL WINAPI pretend_SetConsoleCtrlHandler(PHANDLER_ROUTINE routine, BOOL add)
{
    handler = routine;
    return REAL(SetConsoleCtrlHandler)(routine, add);
}

static BOOL WINAPI policy(HANDLE process, int which, DWORD *flags, SIZE_T size)
{
    enum { FLOW_GUARD = 7, SIGNATURE = 8, IMAGE_LOAD = 10 };
    (void)process, (void)size;
    *flags = which == SIGNATURE && is("signed_only")     ? 1
             : which == FLOW_GUARD && is("guarded_only") ? 5
             : which == IMAGE_LOAD && is("local_only")   ? 1
                                                         : 0;
    return TRUE;
}

static NTSTATUS NTAPI deny(void *security, HANDLE token, ACCESS_MASK wanted, GENERIC_MAPPING *mapping,
                           PRIVILEGE_SET *privileges, ULONG *size, ACCESS_MASK *granted, NTSTATUS *status)
{
    (void)security, (void)token, (void)wanted, (void)mapping, (void)privileges, (void)size;
    *granted = 0;
    *status = (NTSTATUS)0xc0000022;
    return 0;
}

static NTSTATUS NTAPI no_user_thread(HANDLE process, void *security, BOOLEAN suspended, ULONG bits, SIZE_T *reserve,
                                     SIZE_T *commit, void *function, void *argument, HANDLE *thread, void *id)
{
    (void)process, (void)security, (void)suspended, (void)bits, (void)reserve, (void)commit;
    (void)function, (void)argument, (void)thread, (void)id;
    return (NTSTATUS)0xc0000022;
}

static LONG NTAPI vista(OSVERSIONINFOW *system)
{
    system->dwMajorVersion = 6;
    system->dwMinorVersion = 0;
    return 0;
}

/* A file that is marked: as OneDrive's are, or as a symbolic link (Microsoft: Reparse Point Tags). */
static BOOL WINAPI marked(HANDLE file, int what, FILE_ATTRIBUTE_TAG_INFO *info, DWORD size)
{
    (void)file, (void)what, (void)size;
    *info = (FILE_ATTRIBUTE_TAG_INFO){FILE_ATTRIBUTE_REPARSE_POINT, is("cloud_file") ? 0x9000001a : 0xa000000c};
    return TRUE;
}

static FARPROC WINAPI pretend_GetProcAddress(HMODULE module, const char *name)
{
    static const struct {
        const char *name, *word;
        void *function;
    } rows[] = {
        {"GetProcessMitigationPolicy", "signed_only", (void *)policy},
        {"GetProcessMitigationPolicy", "guarded_only", (void *)policy},
        {"GetProcessMitigationPolicy", "local_only", (void *)policy},
        {"NtAccessCheck", "no_access", (void *)deny},
        {"RtlCreateUserThread", "no_thread_at_all", (void *)no_user_thread},
        {"RtlGetVersion", "vista", (void *)vista},
        {"GetFileInformationByHandleEx", "cloud_file", (void *)marked},
        {"GetFileInformationByHandleEx", "link_file", (void *)marked},
        {"wine_get_version", "no_wine", NULL},
    };
    ANSI_STRING text = {(USHORT)lstrlenA(name), (USHORT)lstrlenA(name), (char *)name};
    void *function = NULL;
    bind_all();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (same(rows[i].name, name) && is(rows[i].word))
            return (FARPROC)rows[i].function;
    LdrGetProcedureAddress(module, &text, 0, &function);
    return (FARPROC)function;
}

#include "pretend_sockets.h"

/* Where the linker finds these, it takes no others from the system's libraries. */
#ifdef _WIN64
#define IMPORT(name, size) asm("__imp_" #name)
#else
#define IMPORT(name, size) asm("__imp__" #name "@" #size)
#endif
#define X(module, name, size) void *import_##name IMPORT(name, size) = (void *)pretend_##name;
FUNCTIONS(X)
X("kernel32.dll", GetProcAddress, 8)
#undef X
