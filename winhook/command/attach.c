#include "arguments.h"
#include "command.h"
#include "core/filter.h"
#include "handing_on.h"
#include "privilege.h"
#include "processes.h"
#include "rows.h"
#include "say.h"
#include "service.h"
#include "settings.h"
#include "winhook/inject/inject.h"
#include "winhook/inject/running.h"
#include "winhook/names.h"
#include <stdio.h>

enum {
    RIGHTS =
        PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE
};

struct request {
    const char *service, *program; /* NULL: none, and all */
    bool tree, all, dry_run, undo, verbose, watch;
    enum attachment_act act;
    struct processes asked;
    char block[HANDING_ON_SIZE];
    size_t block_size;
    HANDLE section;           /* what holds the next: the command of the other word size shares it */
    struct attachment *there; /* what is asked of the library, and its answer */
    unsigned long set, left, refused, closed;
    bool failed;
};

static bool parse_pid(const char *text, DWORD *pid)
{
    uint64_t number;
    if (!span_number(span_of(text), UINT32_MAX, &number) || !number)
        return false;
    *pid = (DWORD)number;
    return true;
}

static void say_refused(DWORD pid, int64_t handle)
{
    char object[48];
    struct text text = text_in(object, sizeof object);
    text_add_number(&text, pid);
    text_add_char(&text, '/');
    text_add_number(&text, handle);
    say("descriptor", object, "the system refused an option");
}

static void print_rows(const struct request *request, DWORD pid)
{
    char name[NAMES_ROOM], line[512];
    if (request->there->rows)
        processes_name(pid, name, sizeof name);
    for (uint32_t i = 0; i < request->there->rows && i < ATTACHMENT_ROWS; i++) {
        struct attachment_row *kept = &request->there->row[i];
        struct text text = text_in(line, sizeof line), program = text_in(kept->row.program, sizeof kept->row.program);
        if (kept->outcome == COVER_REFUSED)
            say_refused(pid, kept->row.number);
        kept->row.pid = pid;
        text_add(&program, name);
        outcome_write_socket(&text, &kept->row, request->act, kept->outcome);
        if (request->verbose)
            say_out(line, text.used);
    }
}

static enum inject_status reach(const struct request *request, HANDLE process)
{
    struct attachment *there = request->there;
    there->act = request->act;
    there->all = request->verbose;
    there->rows = there->set = there->left = there->refused = there->error = 0;
    return inject_same_size(process) ? inject_running(process, request->block, request->block_size, there)
                                     : inject_by_helper(process, request->section, there);
}

/* What is not there any more was asked for only when it was named. */
static void say_closed(struct request *request, DWORD pid, DWORD error)
{
    char number[16];
    bool named = processes_have(&request->asked, pid), gone = error == ERROR_INVALID_PARAMETER;
    if ((gone && !named) || (request->all && error == ERROR_ACCESS_DENIED)) {
        request->closed += !gone;
        return;
    }
    snprintf(number, sizeof number, "%lu", pid);
    say_error("process", number, gone ? "there is none" : NULL, gone ? 0 : error);
    request->failed = true;
}

static void attach_to(struct request *request, DWORD pid)
{
    char number[16];
    HANDLE process = OpenProcess(RIGHTS, FALSE, pid);
    if (!process) {
        say_closed(request, pid, GetLastError());
        return;
    }
    enum inject_status status = reach(request, process);
    if (status != INJECT_OK) {
        DWORD error = inject_error(status);
        snprintf(number, sizeof number, "%lu", pid);
        say_error("process", number, inject_sentence(status), error);
        request->failed = true;
    }
    CloseHandle(process);
    print_rows(request, pid);
    request->set += request->there->set;
    request->left += request->there->left;
    request->refused += request->there->refused;
}

static void count(const struct listing_row *row, void *context)
{
    (void)row;
    ++*(unsigned *)context;
}

/* The library goes into no process for nothing. */
static bool has_sockets(struct request *request, DWORD pid)
{
    unsigned sockets = 0;
    DWORD error = rows_each(pid, count, &sockets);
    request->closed += error == ERROR_ACCESS_DENIED;
    return sockets;
}

static bool is_named(const struct request *request, DWORD pid)
{
    char name[NAMES_ROOM];
    if (!request->program)
        return true;
    processes_name(pid, name, sizeof name);
    return names_admit(request->program, name);
}

static int sum_up(struct request *request)
{
    char line[128], count[16];
    struct text text = text_in(line, sizeof line);
    if (request->closed) {
        snprintf(count, sizeof count, "%lu", request->closed);
        say("processes", count, "as many could not be looked into; an administrator sees more");
    }
    outcome_write_sum(&text, request->act, request->set, request->left, request->refused);
    say_answer(&text);
    return request->failed || request->refused ? EXIT_UNREACHED : EXIT_DONE;
}

/*
 * The service's process, and with --watch each one that it is started in from then on. While a process's handle is held
 * its number is no other's (Microsoft: GetProcessId): a service that is started again between two looks has a new one.
 */
static int attach_service(struct request *request)
{
    enum { LOOK_MS = 1000 };
    DWORD pid, before = 0;
    HANDLE held = NULL;
    for (;; Sleep(LOOK_MS)) {
        DWORD error = service_process(request->service, &pid);
        if (error || (!pid && !request->watch)) {
            say_error("service", request->service, error ? NULL : "it is not running", error);
            return EXIT_UNREACHED;
        }
        if (held && pid != before)
            CloseHandle(held);
        if (pid != before)
            held = OpenProcess(SYNCHRONIZE, FALSE, pid);
        if (pid && pid != before) {
            request->set = request->left = request->refused = 0;
            attach_to(request, pid);
            int result = sum_up(request);
            if (!request->watch || !say_flush())
                return result;
        }
        before = pid;
    }
}

static int attach_processes(struct request *request)
{
    struct processes chosen = {0};
    bool by_name = request->program && !request->asked.count, fine = true;
    if (request->all || by_name)
        fine = processes_add_named(&chosen, request->program);
    for (size_t i = 0; i < request->asked.count; i++)
        fine = fine && processes_add(&chosen, request->asked.pid[i]);
    if (!fine || (request->tree && !processes_add_descendants(&chosen)))
        return say_usage("attach", NULL, "out of memory");
    for (size_t i = 0; i < chosen.count; i++)
        if (is_named(request, chosen.pid[i]) && (!request->all || has_sockets(request, chosen.pid[i])))
            attach_to(request, chosen.pid[i]);
    processes_free(&chosen);
    return sum_up(request);
}

/* False after it said why not. */
static bool prepare(struct request *request)
{
    SECURITY_ATTRIBUTES inherit = {sizeof inherit, NULL, TRUE};
    request->section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, &inherit, PAGE_READWRITE, 0, sizeof *request->there, NULL);
    request->there = request->section ? MapViewOfFile(request->section, FILE_MAP_WRITE, 0, 0, 0) : NULL;
    request->block_size = handing_on(request->block);
    if (request->there && request->block_size)
        return true;
    say("attach", NULL, request->there ? "the settings are too long" : "out of memory");
    return false;
}

static int take_option(struct request *request, const struct arguments *arguments)
{
    char buffer[256];
    struct text why = text_in(buffer, sizeof buffer);
    bool *const switches[] = {
        [ATTACH_TREE] = &request->tree, [ATTACH_ALL] = &request->all,         [ATTACH_DRY_RUN] = &request->dry_run,
        [ATTACH_UNDO] = &request->undo, [ATTACH_VERBOSE] = &request->verbose, [ATTACH_WATCH] = &request->watch};
    switch (arguments->option) {
    case ATTACH_SERVICE:
        request->service = arguments->value;
        return GO_ON;
    case ATTACH_PROGRAM:
        request->program = arguments->value;
        return filter_check(span_of(arguments->value), &why) ? GO_ON : say_usage("--program", arguments->value, buffer);
    default:
        *switches[arguments->option] = true;
        return GO_ON;
    }
}

static int take_process(struct request *request, const char *word)
{
    DWORD pid;
    if (!parse_pid(word, &pid))
        return say_usage("attach", word,
                         "must be a process number; --program takes a program by its name, --service a service");
    return processes_add(&request->asked, pid) ? GO_ON : say_usage("attach", word, "out of memory");
}

static int check_request(struct request *request)
{
    bool others = request->asked.count || request->all || request->program || request->tree;
    if (request->watch && !request->service)
        return say_usage("--watch", NULL, "needs --service");
    if (request->all ? request->asked.count || request->service
                     : !request->asked.count && !request->service && !request->program)
        return say_usage("attach", NULL, "takes process numbers, --program, --service, or --all");
    if (request->service && others)
        return say_usage("attach", "--service", "stands alone");
    if (request->watch && (request->undo || request->dry_run))
        return say_usage("attach", "--watch", "goes on, while --undo and --dry-run look once");
    request->act = request->undo      ? request->dry_run ? ATTACHMENT_TRY_UNDO : ATTACHMENT_UNDO
                   : request->dry_run ? ATTACHMENT_TRY
                                      : ATTACHMENT_SET;
    return GO_ON;
}

int attach_main(const struct command_line *line)
{
    static struct policy policy;
    static struct request request;
    struct arguments arguments = arguments_begin(COMMAND_attach, line);
    int result = GO_ON;
    for (enum argument got; result == GO_ON && (got = arguments_take(&arguments, &result)) != ARGUMENT_END;)
        result = got == ARGUMENT_OPERAND ? take_process(&request, arguments.value) : take_option(&request, &arguments);
    if (result != GO_ON)
        return result;
    if (!settings_read(&policy, &arguments.flags))
        return EXIT_OURS;
    result = check_request(&request);
    if (result != GO_ON)
        return result;
    if (!settings_export(&arguments.flags) || !prepare(&request))
        return EXIT_OURS;
    privilege_claim();
    return request.service ? attach_service(&request) : attach_processes(&request);
}
