#include "arguments.h"
#include "command.h"
#include "core/alias.h"
#include "privilege.h"
#include "say.h"
#include "settings.h"
#include "winhook/environment.h"
#include "winhook/inject/inject.h"
#include <stdlib.h>
#include <string.h>

enum {
    RIGHTS =
        PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE,
    BLOCK_SIZE = 65536
};

static bool add_variable(struct text *block, const char *environment, const char *name)
{
    const char *value = environment_find(environment, name);
    if (!value)
        return true;
    if (block->used + strlen(name) + strlen(value) + 3 > BLOCK_SIZE)
        return false;
    text_add(block, name);
    text_add_char(block, '=');
    text_add(block, value);
    text_add_char(block, '\0');
    return true;
}

/* Our settings, and nothing else of our environment, as a block for the other process. 0 when they are too
 * long. */
static size_t make_block(char buffer[BLOCK_SIZE])
{
    struct text block = text_in(buffer, BLOCK_SIZE);
    const char *environment = environment_copy();
    char name[SETTING_NAME_SIZE];
    bool fits = true;
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        setting_variable(id, name);
        fits = fits && add_variable(&block, environment, name);
    }
    for (size_t i = 0; i < alias_count; i++)
        fits = fits && add_variable(&block, environment, aliases[i].variable);
    text_add_char(&block, '\0');
    return fits ? block.used : 0;
}

static bool parse_pid(const char *text, DWORD *pid)
{
    uint64_t number;
    if (!span_number(span_of(text), UINT32_MAX, &number) || !number)
        return false;
    *pid = (DWORD)number;
    return true;
}

static int attach_one(const char *text, const char *block, size_t size)
{
    DWORD pid;
    if (!parse_pid(text, &pid))
        return say_usage("process", text, "must be a process number");
    HANDLE process = OpenProcess(RIGHTS, FALSE, pid);
    if (!process) {
        say_error("process", text, GetLastError() == ERROR_INVALID_PARAMETER ? "there is none" : NULL,
                  GetLastError() == ERROR_INVALID_PARAMETER ? 0 : GetLastError());
        return EXIT_UNREACHED;
    }
    enum inject_status status =
        inject_same_size(process) ? inject_running(process, block, size) : inject_by_helper(process);
    if (status != INJECT_OK && status != INJECT_HELPER_FAILED) /* the helper has said why */
        say_error("process", text, inject_sentence(status), inject_error(status));
    CloseHandle(process);
    return status == INJECT_OK ? EXIT_DONE : EXIT_UNREACHED;
}

static int attach_all(char *const *pids, int count)
{
    static char block[BLOCK_SIZE];
    int code = EXIT_DONE;
    privilege_claim();
    size_t size = make_block(block);
    if (!size)
        return say_usage("attach", NULL, "the settings are too long");
    for (int i = 0; i < count; i++) {
        int one = attach_one(pids[i], block, size);
        code = one > code ? one : code;
    }
    return code;
}

int attach_main(const struct command_line *line)
{
    static struct policy policy;
    struct arguments arguments = arguments_begin(COMMAND_attach, line);
    int result = GO_ON, count = 0;
    /* The processes move to the front, over words that were taken already. */
    while (arguments_take(&arguments, &result) != ARGUMENT_END)
        line->text[count++] = line->text[arguments.at];
    if (result != GO_ON)
        return result;
    if (!settings_read(&policy, &arguments.flags))
        return EXIT_OURS;
    if (!count)
        return say_usage("attach", NULL, "needs a PID; see tcpalive help attach");
    return settings_export(&arguments.flags) ? attach_all(line->text, count) : EXIT_OURS;
}

/*
 * `inject new PID HANDLE`: the process was made suspended by a caller of the other word size, who resumes it. `inject started
 * PID`: it will be resumed, by whoever may let it wait. The exit code is the enum inject_status.
 */
int inject_main(const struct command_line *line)
{
    enum { LONG_MS = 600000 };
    DWORD pid;
    uint64_t loaded = 0;
    if (line->count < 4 || !parse_pid(line->text[3], &pid))
        return EXIT_OURS;
    if (line->count > 4)
        span_number(span_of(line->text[4]), UINT32_MAX, &loaded);
    HANDLE process = OpenProcess(RIGHTS, FALSE, pid);
    if (!process || !inject_same_size(process))
        return EXIT_OURS;
    return strcmp(line->text[2], "new") ? (int)inject_started(process, LONG_MS)
                                        : (int)inject_new_there(process, (HANDLE)(ULONG_PTR)loaded);
}
