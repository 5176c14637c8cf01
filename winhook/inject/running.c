#include "running.h"
#include "beside.h"
#include "remote.h"
#include "winhook/entrance.h"

/*
 * Windows before 8 starts no thread in a process of another session, a service's, by CreateRemoteThread (Microsoft:
 * CreateRemoteThread); what that is made of does.
 */
static HANDLE start_thread(HANDLE process, void *function, void *argument)
{
    typedef LONG(NTAPI * create_thread)(HANDLE, void *, BOOLEAN, ULONG, SIZE_T *, SIZE_T *, void *, void *, HANDLE *,
                                        void *);
    HANDLE thread = CreateRemoteThread(process, NULL, 0, (LPTHREAD_START_ROUTINE)function, argument, 0, NULL);
    if (thread)
        return thread;
    DWORD error = GetLastError();
    create_thread create = (create_thread)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), "RtlCreateUserThread");
    if (create && create(process, NULL, FALSE, 0, NULL, NULL, function, argument, &thread, NULL) >= 0)
        return thread;
    SetLastError(error);
    return NULL;
}

/* A thread of the other process that calls one function with one pointer; its exit code in `result`. */
static enum inject_status call(HANDLE process, void *function, void *argument, DWORD wait_ms, DWORD *result)
{
    HANDLE thread = start_thread(process, function, argument);
    if (!thread)
        return INJECT_NO_THREAD;
    bool ended = WaitForSingleObject(thread, wait_ms) == WAIT_OBJECT_0;
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

/* kernel32 lies at one address in all processes of a word size; asked where possible, because Wine promises nothing. */
static void *kernel_there(HANDLE process, const char *name)
{
    HMODULE here = GetModuleHandleW(L"kernel32.dll");
    BYTE *there = remote_module(process, L"kernel32.dll");
    BYTE *function = (BYTE *)(void *)GetProcAddress(here, name);
    return there ? there + (function - (BYTE *)here) : function;
}

/*
 * A library that came in with another tcpalive has its own idea of what it is asked: it is only spoken to when it is
 * of our version.
 */
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
    enum inject_status status = call(process, kernel_there(process, "LoadLibraryW"), path, INJECT_WAIT_MS, &loaded);
    if (status != INJECT_TIMEOUT) /* else the thread may still read it */
        VirtualFreeEx(process, path, 0, MEM_RELEASE);
    return status == INJECT_OK && !loaded ? INJECT_NOT_LOADED : status;
}

static enum inject_status status_of(DWORD result)
{
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

/* The library's answer comes back in place of the question. */
static enum inject_status ask_there(HANDLE process, BYTE *function, const char *settings, size_t size,
                                    struct attachment *asked)
{
    DWORD result = 0;
    void *block = settings ? copy_there(process, settings, size) : NULL;
    if (asked)
        asked->settings = (ULONG_PTR)block;
    void *there = asked ? copy_there(process, asked, sizeof *asked) : NULL;
    if ((settings && !block) || (asked && !there))
        return INJECT_UNWRITABLE;
    enum inject_status status = call(process, function, there, INJECT_LOOK_MS, &result);
    if (status != INJECT_OK)
        return status; /* the thread may still write to it */
    bool answered = !there || remote_read(process, there, asked, sizeof *asked);
    if (there)
        VirtualFreeEx(process, there, 0, MEM_RELEASE);
    if (asked && asked->act != ATTACHMENT_SET)
        VirtualFreeEx(process, block, 0, MEM_RELEASE);
    return answered ? status_of(result) : INJECT_UNREADABLE;
}

static enum inject_status start_library(HANDLE process, const char *settings, size_t size, struct attachment *asked)
{
    WCHAR library[LONG_PATH];
    BYTE *function;
    DWORD ignored;
    if (!inject_beside(sizeof(void *) == 8, L"tcpalive.dll", library))
        return INJECT_NO_LIBRARY;
    bool guest = asked && asked->act != ATTACHMENT_SET && !remote_module(process, L"tcpalive.dll");
    enum inject_status status = load(process, library);
    if (status == INJECT_OK)
        status = start_there(process, &function);
    if (status == INJECT_OK)
        status = ask_there(process, function, settings, size, asked);
    DWORD error = GetLastError();
    BYTE *loaded = guest && status != INJECT_TIMEOUT ? remote_module(process, L"tcpalive.dll") : NULL;
    if (loaded)
        call(process, kernel_there(process, "FreeLibrary"), loaded, INJECT_WAIT_MS, &ignored);
    SetLastError(error);
    return status;
}

/*
 * A .NET program for any processor is marked as a 32-bit one, whatever it runs as, and its headers may or may not have
 * been put right: there the system's own library tells.
 */
static bool is_for_this_machine(HANDLE process, const struct remote_image *program)
{
    struct remote_image image = *program;
    if (remote_has_no_code(process, program))
        remote_image(process, remote_module(process, L"kernel32.dll"), &image);
    return image.machine == (sizeof(void *) == 8 ? IMAGE_FILE_MACHINE_AMD64 : IMAGE_FILE_MACHINE_I386);
}

enum inject_status inject_running(HANDLE process, const char *settings, size_t size, struct attachment *asked)
{
    struct remote_image image;
    if (!remote_image(process, remote_program(process), &image))
        return INJECT_UNREADABLE;
    if (!is_for_this_machine(process, &image))
        return INJECT_OTHER_MACHINE;
    return start_library(process, settings, size, asked);
}

/*
 * Has the system's loader begun in the process? A thread that is started from then on waits for it; an earlier one
 * would do its work, and where the program is a .NET one run that as well.
 */
static bool loader_began(HANDLE process)
{
    return remote_module(process, L"kernel32.dll");
}

enum inject_status inject_started(HANDLE process, DWORD wait_ms)
{
    enum { STEP_MS = 5 };
    DWORD begun = GetTickCount();
    while (!loader_began(process)) {
        if (WaitForSingleObject(process, STEP_MS) == WAIT_OBJECT_0)
            return INJECT_ENDED;
        if (GetTickCount() - begun > wait_ms)
            return INJECT_TIMEOUT;
    }
    enum inject_status status = inject_running(process, NULL, 0, NULL);
    bool ended = status != INJECT_OK && WaitForSingleObject(process, 0) == WAIT_OBJECT_0;
    return ended ? INJECT_ENDED : status;
}
