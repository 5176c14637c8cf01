/*
 * start: how the library comes to life in a process.
 *
 * Loaded as an import of the program (tcpalive run), it starts in DllMain, before the program's first instruction.
 * Loaded later (tcpalive attach), it sleeps until tcpalive_start() is called, on a thread of its own and outside the
 * loader lock.
 */
#include "attached.h"
#include "core/policy_read.h"
#include "follow.h"
#include "hooks.h"
#include "in_force.h"
#include "patch.h"
#include "report.h"
#include "sweep.h"
#include "winhook/apply.h"
#include "winhook/entrance.h"
#include "winhook/environment.h"
#include "winhook/inject/prepend.h"
#include "winhook/long_path.h"
#include "winhook/names.h"
#include "winhook/rules_file.h"

/* What settings are read from, and into. */
struct reading {
    const char *settings;
    struct policy *policy;
};

/* The log settings are known before the first complaint: policy.h. */
static void complain(void *context, const char *line)
{
    const struct policy *policy = ((const struct reading *)context)->policy;
    report_to(policy->log, policy->log_file);
    report_line(LEVEL_WARN, line);
}

/* The rules of a file that no command has read, in memory that stays; NULL after it said why there are none. */
static const char *rules_of(const struct policy *policy, const char *path)
{
    char *room = VirtualAlloc(NULL, RULES_FILE_ROOM, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    const char *why;
    DWORD error;
    if (!room)
        return NULL;
    struct text text = text_in(room, RULES_FILE_ROOM);
    bool fine = rules_file_add(&text, path, &why, &error);
    if (fine && !text_is_full(&text))
        return room;
    report_to(policy->log, policy->log_file);
    report_problem(LEVEL_WARN, "rules", path, fine ? "longer than a variable may be" : why, fine ? 0 : error);
    VirtualFree(room, 0, MEM_RELEASE);
    return NULL;
}

static const char *variable(void *context, const char *name)
{
    const struct reading *reading = context;
    const char *value = environment_find(reading->settings, name);
    bool in_a_file = value && *value == '@' && span_equals(span_of(name), "TCPALIVE_RULES");
    return in_a_file ? rules_of(reading->policy, value + 1) : value;
}

/* Is this program one that the user named? */
static bool admits(const struct policy *policy)
{
    WCHAR path[LONG_PATH];
    char name[NAMES_ROOM];
    DWORD length = policy->programs ? GetModuleFileNameW(NULL, path, LONG_PATH) : 0;
    const WCHAR *last = path + length;
    if (!length || length == LONG_PATH)
        return true;
    while (last > path && last[-1] != '\\' && last[-1] != '/')
        last--;
    return !WideCharToMultiByte(CP_UTF8, 0, last, -1, name, sizeof name, NULL, NULL) ||
           names_admit(policy->programs, name);
}

static struct policy *read_policy(char *settings)
{
    struct room {
        struct policy policy;
        struct policy_room room;
    } *room = VirtualAlloc(NULL, sizeof *room, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    struct policy *policy = room ? &room->policy : NULL;
    struct reading reading = {settings, policy};
    struct policy_source source = {
        .variable = variable, .grain = APPLY_GRAIN, .complain = complain, .context = &reading};
    source.room = room ? &room->room : NULL;
    if (!policy || !settings)
        return NULL;
    policy_read(policy, &source);
    report_to(policy->log, policy->log_file);
    return policy;
}

/* What one part could not change does not keep the other from its work. */
static bool patched(const char *what, enum patch_status status)
{
    if (status != PATCH_OK)
        report_problem(LEVEL_ERROR, what, NULL, patch_sentence(status), 0);
    return status == PATCH_OK;
}

/* Children are followed from a program that is left alone itself: what it starts may be the one that was meant. */
static enum start_status install(const struct policy *policy)
{
    static LONG installed;
    if (!policy->enabled)
        return START_OFF;
    if (InterlockedExchange(&installed, 1))
        return START_OK;
    bool follows = patched("children", follow_install());
    bool hooked = !admits(policy) || patched("connections", hooks_install());
    return hooked && follows ? START_OK : START_PARTLY;
}

static enum start_status start(char *settings)
{
    struct policy *policy = read_policy(settings);
    if (!policy)
        return START_NO_MEMORY;
    in_force_set(policy);
    return install(policy);
}

/* The hooks stay, and leave all alone. */
static void end_policy(void)
{
    static struct policy none;
    if (!in_force())
        return;
    in_force_set(&none);
    sweep_end();
}

/* Nothing is put in force. */
static enum start_status look(struct attachment *asked, char *settings)
{
    struct policy *policy = read_policy(settings);
    enum start_status status = policy && policy->enabled ? START_OK : policy ? START_OFF : START_NO_MEMORY;
    if (asked->act == ATTACHMENT_UNDO && status == START_OK)
        end_policy();
    if (status == START_OK && admits(policy))
        attached_look(asked, policy);
    report_to(in_force() ? in_force()->log : LEVEL_OFF, in_force() ? in_force()->log_file : NULL);
    if (policy)
        VirtualFree(policy, 0, MEM_RELEASE);
    return status;
}

DWORD WINAPI tcpalive_start(void *asked)
{
    struct attachment *attachment = asked;
    char *settings = attachment ? (char *)(ULONG_PTR)attachment->settings : NULL;
    report_start();
    if (attachment && attachment->act != ATTACHMENT_SET)
        return look(attachment, settings);
    in_force_attach(settings);
    enum start_status status = start(settings ? settings : environment_copy());
    if ((status != START_OK && status != START_PARTLY) || !admits(in_force()))
        return status;
    if (attachment)
        attached_look(attachment, in_force());
    sweep_begin(attachment ? SWEEP_LATER : SWEEP_ATTACHED);
    return status;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID with_program);

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID with_program)
{
    if (reason != DLL_PROCESS_ATTACH)
        return TRUE;
    DisableThreadLibraryCalls(module);
    if (prepend_restore() || with_program) {
        report_start();
        start(environment_copy());
    }
    return TRUE;
}
