#include "follow.h"
#include "children.h"
#include "report.h"
#include "winhook/inject/inject.h"

/* The deepest layer that exports each: kernel32's and advapi32's are entrances to kernelbase's, where it exists. */
static typeof(&CreateProcessA) real_a;
static typeof(&CreateProcessW) real_w;
static typeof(&CreateProcessAsUserA) real_as_user_a;
static typeof(&CreateProcessAsUserW) real_as_user_w;

/* Set while a thread is inside one of the hooks: what another interposer calls from there is not followed twice. */
static DWORD inside = TLS_OUT_OF_INDEXES;

/* What a hook changes of a call, and what it has to undo. */
struct call {
    bool follow;
    DWORD flags;
    void *environment, *made;
};

static struct call enter(DWORD flags, void *environment)
{
    struct call call = {false, flags, environment, NULL};
    DWORD error = GetLastError();
    if (!TlsGetValue(inside) && children_wanted(flags & CREATE_UNICODE_ENVIRONMENT, environment, &call.made)) {
        call.follow = true;
        call.flags |= CREATE_SUSPENDED;
        if (call.made) {
            call.environment = call.made;
            call.flags |= CREATE_UNICODE_ENVIRONMENT;
        }
        TlsSetValue(inside, &inside);
    }
    SetLastError(error);
    return call;
}

static void report_child(enum inject_status status, DWORD pid)
{
    char number[16];
    struct text text = text_in(number, sizeof number);
    text_add_number(&text, pid);
    if (status != INJECT_OK && status != INJECT_OFF)
        report_problem(LEVEL_WARN, "child", number, inject_sentence(status), inject_error(status));
}

/* A child that is left alone runs as it would without us. */
static void reach(const PROCESS_INFORMATION *child, bool stays_suspended)
{
    enum inject_status status = inject_new(child->hProcess, NULL);
    bool later = status == INJECT_AFTER_START;
    if (later && stays_suspended)
        status = inject_when_resumed(child->hProcess);
    if (!stays_suspended)
        ResumeThread(child->hThread);
    if (later && !stays_suspended)
        status = inject_resumed(child->hProcess);
    report_child(status, child->dwProcessId);
}

static BOOL leave(const struct call *call, DWORD flags, BOOL created, PROCESS_INFORMATION *child)
{
    if (!call->follow)
        return created;
    DWORD error = GetLastError();
    if (created)
        reach(child, flags & CREATE_SUSPENDED);
    TlsSetValue(inside, NULL);
    if (call->made)
        VirtualFree(call->made, 0, MEM_RELEASE);
    SetLastError(error);
    return created;
}

static BOOL WINAPI hook_CreateProcessA(const char *program, char *line, SECURITY_ATTRIBUTES *process,
                                       SECURITY_ATTRIBUTES *thread, BOOL inherit, DWORD flags, void *environment,
                                       const char *folder, STARTUPINFOA *how, PROCESS_INFORMATION *child)
{
    struct call call = enter(flags, environment);
    BOOL created = real_a(program, line, process, thread, inherit, call.flags, call.environment, folder, how, child);
    return leave(&call, flags, created, child);
}

static BOOL WINAPI hook_CreateProcessW(const WCHAR *program, WCHAR *line, SECURITY_ATTRIBUTES *process,
                                       SECURITY_ATTRIBUTES *thread, BOOL inherit, DWORD flags, void *environment,
                                       const WCHAR *folder, STARTUPINFOW *how, PROCESS_INFORMATION *child)
{
    struct call call = enter(flags, environment);
    BOOL created = real_w(program, line, process, thread, inherit, call.flags, call.environment, folder, how, child);
    return leave(&call, flags, created, child);
}

static BOOL WINAPI hook_CreateProcessAsUserA(HANDLE user, const char *program, char *line, SECURITY_ATTRIBUTES *process,
                                             SECURITY_ATTRIBUTES *thread, BOOL inherit, DWORD flags, void *environment,
                                             const char *folder, STARTUPINFOA *how, PROCESS_INFORMATION *child)
{
    struct call call = enter(flags, environment);
    BOOL created =
        real_as_user_a(user, program, line, process, thread, inherit, call.flags, call.environment, folder, how, child);
    return leave(&call, flags, created, child);
}

static BOOL WINAPI hook_CreateProcessAsUserW(HANDLE user, const WCHAR *program, WCHAR *line,
                                             SECURITY_ATTRIBUTES *process, SECURITY_ATTRIBUTES *thread, BOOL inherit,
                                             DWORD flags, void *environment, const WCHAR *folder, STARTUPINFOW *how,
                                             PROCESS_INFORMATION *child)
{
    struct call call = enter(flags, environment);
    BOOL created =
        real_as_user_w(user, program, line, process, thread, inherit, call.flags, call.environment, folder, how, child);
    return leave(&call, flags, created, child);
}

enum patch_status follow_install(void)
{
#define HOOK(module, name, real)                                                                                       \
    {                                                                                                                  \
        module, #name, (void *)hook_##name, (void **)&real, NULL                                                       \
    }
    static struct patch patches[] = {
        HOOK("advapi32.dll", CreateProcessAsUserA, real_as_user_a),
        HOOK("advapi32.dll", CreateProcessAsUserW, real_as_user_w),
        HOOK("kernel32.dll", CreateProcessA, real_a),
        HOOK("kernel32.dll", CreateProcessW, real_w),
        HOOK("kernel32.dll", CreateProcessAsUserA, real_as_user_a),
        HOOK("kernel32.dll", CreateProcessAsUserW, real_as_user_w),
        HOOK("kernelbase.dll", CreateProcessA, real_a), /* the last that is found is the deepest */
        HOOK("kernelbase.dll", CreateProcessW, real_w),
        HOOK("kernelbase.dll", CreateProcessAsUserA, real_as_user_a),
        HOOK("kernelbase.dll", CreateProcessAsUserW, real_as_user_w),
    };
#undef HOOK
    inside = TlsAlloc();
    return inside == TLS_OUT_OF_INDEXES ? PATCH_OK : patch_install(patches, sizeof patches / sizeof *patches);
}
