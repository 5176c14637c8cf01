#include "arguments.h"
#include "command.h"
#include "core/alias.h"
#include "privilege.h"
#include "say.h"
#include "service.h"
#include "settings.h"
#include "winhook/environment.h"
#include "winhook/inject/inject.h"
#include "winhook/inject/running.h"
#include <stdio.h>
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

/* Our settings, and nothing else of our environment, as a block for the other process. 0 when they are too long. */
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

struct attach_options {
    const char *service;
    bool watch;
    char **pids;
    int count;
};

/*
 * The service's process, and with --watch each one that it is started in from then on. While a process's handle is held
 * its number is no other's (Microsoft: GetProcessId): a service that is started again between two looks has a new one.
 */
static int attach_service(const struct attach_options *options, const char *block, size_t size)
{
    enum { LOOK_MS = 1000 };
    DWORD pid, before = 0;
    HANDLE held = NULL;
    for (;; Sleep(LOOK_MS)) {
        char number[16];
        DWORD error = service_process(options->service, &pid);
        if (error || (!pid && !options->watch)) {
            say_error("service", options->service, error ? NULL : "it is not running", error);
            return EXIT_UNREACHED;
        }
        int code = EXIT_DONE;
        if (pid != before) {
            if (held)
                CloseHandle(held);
            held = OpenProcess(SYNCHRONIZE, FALSE, pid);
            snprintf(number, sizeof number, "%lu", pid);
            code = pid ? attach_one(number, block, size) : EXIT_DONE;
        }
        if (!options->watch)
            return code;
        before = pid;
    }
}

static int attach_all(const struct attach_options *options)
{
    static char block[BLOCK_SIZE];
    int code = EXIT_DONE;
    privilege_claim();
    size_t size = make_block(block);
    if (!size)
        return say_usage("attach", NULL, "the settings are too long");
    if (options->service)
        return attach_service(options, block, size);
    for (int i = 0; i < options->count; i++) {
        int one = attach_one(options->pids[i], block, size);
        code = one > code ? one : code;
    }
    return code;
}

int attach_main(const struct command_line *line)
{
    static struct policy policy;
    struct arguments arguments = arguments_begin(COMMAND_attach, line);
    struct attach_options options = {.pids = line->text};
    int result = GO_ON;
    /* The processes move to the front, over words that were taken already. */
    for (enum argument got; (got = arguments_take(&arguments, &result)) != ARGUMENT_END;)
        if (got == ARGUMENT_OPERAND)
            line->text[options.count++] = line->text[arguments.at];
        else if (arguments.option == ATTACH_SERVICE)
            options.service = arguments.value;
        else
            options.watch = true;
    if (result != GO_ON)
        return result;
    if (!settings_read(&policy, &arguments.flags))
        return EXIT_OURS;
    if (options.watch && !options.service)
        return say_usage("--watch", NULL, "needs --service");
    if (!options.count == !options.service)
        return say_usage("attach", NULL, "needs a PID, or --service NAME; see tcpalive help attach");
    return settings_export(&arguments.flags) ? attach_all(&options) : EXIT_OURS;
}

/*
 * `inject new PID HANDLE`: the process was made suspended by a caller of the other word size, who resumes it. `inject
 * started PID`: it will be resumed, by whoever may let it wait. The exit code is the enum inject_status.
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
