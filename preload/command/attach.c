#include "preload/command/attach.h"
#include "core/filter.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/command/settings.h"
#include "preload/command/standard.h"
#include "preload/remote/attachment.h"
#include "preload/remote/rows.h"
#include "preload/report.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { WHY_SIZE = 256 };

struct request {
    struct attachment attachment;
    struct policy policy;
    bool verbose, watch, dry_run, undo;
};

static volatile int stop; /* the signal that ends a watch */

static int take_option(struct request *request, const struct arguments *arguments)
{
    struct attachment *to = &request->attachment;
    const char *value = arguments->value;
    char buffer[WHY_SIZE];
    struct text why = text_in(buffer, sizeof buffer);
    bool *const switches[] = {
        [ATTACH_TREE] = &to->tree,
        [ATTACH_ALL] = &to->all,
        [ATTACH_DRY_RUN] = &request->dry_run,
        [ATTACH_UNDO] = &request->undo,
        [ATTACH_VERBOSE] = &request->verbose,
        [ATTACH_WATCH] = &request->watch,
        [ATTACH_ANYWAY] = &to->anyway,
    };
    switch (arguments->option) {
    case ATTACH_PORT:
        return ports_parse(span_of(value), &to->ports, &why) ? GO_ON : say_usage("--port", value, buffer);
    case ATTACH_PROGRAM:
        to->program = value;
        return filter_check(span_of(value), &why) ? GO_ON : say_usage("--program", value, buffer);
    case ATTACH_UNIT:
        to->unit = value;
        return !strchr(value, '/') ? GO_ON : say_usage("--unit", value, "must be a unit's name");
    default:
        *switches[arguments->option] = true;
        return GO_ON;
    }
}

static int take_process(struct attachment *to, const char *word)
{
    char why[WHY_SIZE];
    pid_t pid;
    if (process_parse(word, &pid))
        return process_list_add(&to->asked, pid) ? GO_ON : say_error("attach", word, ENOMEM);
    snprintf(why, sizeof why, "must be a process number; --program takes a program by its name, --unit a service");
    return say_usage("attach", word, why);
}

static int read_arguments(struct request *request, int argc, char **argv)
{
    struct attachment *to = &request->attachment;
    struct arguments arguments = arguments_begin(COMMAND_attach, argc, argv);
    int result = GO_ON;
    for (enum argument got; result == GO_ON && (got = arguments_take(&arguments, &result)) != ARGUMENT_END;)
        result = got == ARGUMENT_OPERAND ? take_process(to, arguments.value) : take_option(request, &arguments);
    if (result != GO_ON)
        return result;
    if (!settings_read(&request->policy, &arguments.flags))
        return EXIT_OURS;
    if (to->all ? to->asked.count || to->unit : !to->asked.count && !to->unit && !to->program)
        return say_usage("attach", NULL, "takes process numbers, --program, --unit, or --all");
    if (request->watch && (request->undo || request->dry_run))
        return say_usage("attach", "--watch", "goes on, while --undo and --dry-run look once");
    to->policy = &request->policy;
    to->act = request->undo      ? request->dry_run ? ATTACHMENT_TRY_UNDO : ATTACHMENT_UNDO
              : request->dry_run ? ATTACHMENT_TRY
                                 : ATTACHMENT_SET;
    return GO_ON;
}

static void print_socket(const struct request *request, const struct descriptors_found *found,
                         enum cover_outcome outcome)
{
    char line[512];
    struct text text = text_in(line, sizeof line);
    struct listing_row row;
    if (!row_read(found->fd, &row))
        return;
    row.pid = found->pid;
    row.number = found->number;
    process_name(found->pid, row.program);
    outcome_write_socket(&text, &row, request->attachment.act, outcome);
    fputs(line, stdout);
}

static void print_outcome(void *context, const struct descriptors_found *found, enum cover_outcome outcome)
{
    struct request *request = context;
    if (outcome == COVER_REFUSED && !request->attachment.again) {
        char object[64];
        snprintf(object, sizeof object, "%d/%d", (int)found->pid, found->number);
        say("descriptor", object, cover_why(&request->attachment.cover));
    }
    bool old = request->attachment.again && outcome != COVER_SET;
    if (request->verbose && !old)
        print_socket(request, found, outcome);
}

static void fault(void *context, pid_t pid, const char *why)
{
    struct request *request = context;
    const char *unit = request->attachment.unit;
    char number[16];
    snprintf(number, sizeof number, "%d", (int)pid);
    if (pid)
        say("process", number, why);
    else
        say(unit ? "unit" : "attach", unit ? unit : "/proc", why);
}

static void note_stop(int number)
{
    stop = number;
}

static void between_passes(void *context)
{
    (void)context;
    if (!standard_flush())
        stop = -1;
}

static void tell_death(const struct log_ending *ending)
{
    char line[512];
    struct text text = text_in(line, sizeof line);
    log_end(&text, ending);
    report(LEVEL_INFO, line);
}

/* What a watch set for the moment goes back before it ends. */
static void watch(struct request *request)
{
    const struct sigaction end = {.sa_handler = note_stop};
    sigaction(SIGINT, &end, NULL);
    sigaction(SIGTERM, &end, NULL);
    sigaction(SIGHUP, &end, NULL);
    report_remember_stderr();
    report_open(&request->policy);
    if (report_wants(LEVEL_INFO))
        request->attachment.deaths.tell = tell_death;
    attachment_watch(&request->attachment, &stop, between_passes);
}

static int sum_up(struct request *request)
{
    const struct attachment *to = &request->attachment;
    char line[128];
    struct text text = text_in(line, sizeof line);
    if (to->stay)
        say("--undo", "--window-clamp", "stays: the kernel does not say what it would be by itself");
    outcome_write_sum(&text, to->act, to->set, to->left, to->refused);
    fputs(line, stdout);
    return to->failed || to->refused ? EXIT_UNREACHED : EXIT_DONE;
}

int attach_main(int argc, char **argv)
{
    static struct request request;
    struct attachment *to = &request.attachment;
    to->report = print_outcome;
    to->fault = fault;
    to->context = &request;
    int result = read_arguments(&request, argc, argv);
    if (result == GO_ON) {
        attachment_begin(to);
        if ((attachment_pass(to) || to->unit) && request.watch)
            watch(&request);
        result = sum_up(&request);
    }
    attachment_end(to);
    if (stop > 0) {
        signal(stop, SIG_DFL);
        raise(stop);
    }
    return result;
}
