#include "preload/command/attach.h"
#include "preload/command/arguments.h"
#include "preload/command/say.h"
#include "preload/command/settings.h"
#include "preload/remote/cover.h"
#include "preload/remote/direction.h"
#include "preload/remote/rows.h"
#include "preload/remote/throttle.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct attachment {
    struct policy policy;
    struct cover cover;
    struct listened_ports ports;
    struct process_list asked;
    struct ports wanted;
    bool tree, all, verbose, watch, anyway;
    bool look; /* a socket's facts matter, not only that it is one */
    bool again;
    unsigned long set, left, refused;
    bool failed;
};

static bool take_switch(struct attachment *to, char **argv, int *at)
{
    const struct {
        const char *word;
        bool *value;
    } switches[] = {{"--tree", &to->tree},
                    {"--all", &to->all},
                    {"--verbose", &to->verbose},
                    {"--watch", &to->watch},
                    {"--anyway", &to->anyway}};
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        if (argument_word(argv, at, switches[i].word))
            return *switches[i].value = true;
    return false;
}

static int take_argument(struct attachment *to, struct flags *flags, int argc, char **argv, int *at)
{
    const char *word = argv[*at], *value;
    char buffer[256];
    struct text why = text_in(buffer, sizeof buffer);
    pid_t pid;
    enum flags_result result = flags_take(flags, argc, argv, at);
    if (result == FLAGS_NEEDS_VALUE)
        return say_usage("attach", word, "needs a value");
    if (result == FLAGS_TAKEN || take_switch(to, argv, at))
        return 0;
    if (argument_value(argc, argv, at, "--port", &value))
        return ports_parse(span_of(value), &to->wanted, &why) ? 0 : say_usage("--port", value, buffer);
    if (word[0] == '-')
        return say_usage("attach", word, "no such option");
    if (!process_parse(word, &pid))
        return say_usage("attach", word, "must be a process number");
    ++*at;
    return process_list_add(&to->asked, pid) ? 0 : say_error("attach", word, ENOMEM);
}

static int read_arguments(struct attachment *to, int argc, char **argv)
{
    struct flags flags = {0};
    int result = 0;
    for (int at = 1; result == 0 && at < argc;)
        result = take_argument(to, &flags, argc, argv, &at);
    if (result != 0)
        return result;
    if (!to->asked.count == !to->all)
        return say_usage("attach", NULL, "takes process numbers, or --all");
    return settings_read(&to->policy, &flags) ? 0 : EXIT_OURS;
}

/* What stands now, read back, and why a socket has no more than that. */
static void print_socket(const struct descriptors_found *found, const struct listing_row *row, const char *outcome)
{
    char line[512], name[PROCESS_NAME_SIZE];
    struct text text = text_in(line, sizeof line);
    process_name(found->pid, name);
    text_add_number(&text, found->pid);
    text_add_char(&text, ' ');
    text_add_foreign(&text, span_of(name));
    text_add(&text, " fd ");
    text_add_number(&text, found->number);
    text_add_char(&text, ' ');
    listing_write_end(&text, &row->local);
    text_add_char(&text, ' ');
    listing_write_end(&text, &row->peer);
    text_add_char(&text, ' ');
    text_add(&text, listing_state_name(row->state));
    text_add(&text, row->values.keepalive ? ": idle " : ": no keepalive");
    if (row->values.keepalive) {
        setting_write(&text, SETTING_IDLE, row->values.value[SETTING_IDLE]);
        text_add(&text, " interval ");
        setting_write(&text, SETTING_INTERVAL, row->values.value[SETTING_INTERVAL]);
        text_add(&text, " probes ");
        setting_write(&text, SETTING_PROBES, row->values.value[SETTING_PROBES]);
    }
    printf("%s%s\n", line, outcome);
}

static void report(const struct attachment *to, const struct descriptors_found *found, enum cover_outcome outcome)
{
    struct listing_row row;
    if (outcome == COVER_REFUSED && !to->again) {
        char object[64];
        snprintf(object, sizeof object, "%d/%d", (int)found->pid, found->number);
        say("descriptor", object, cover_why(&to->cover));
    }
    if (!to->verbose || (to->again && outcome != COVER_SET) || !row_read(found->fd, &row))
        return;
    print_socket(found, &row, outcome == COVER_LEFT ? " (left alone)" : outcome == COVER_REFUSED ? " (refused)" : "");
}

static bool on_port(int fd, const struct ports *ports)
{
    struct listing_row row;
    return !ports->some || (row_read(fd, &row) && row_is_on(&row, ports));
}

static void visit(void *context, const struct descriptors_found *found)
{
    struct attachment *to = context;
    struct facts facts = {.role = ROLE_MADE, .found = true};
    if (!on_port(found->fd, &to->wanted))
        return;
    if (to->look)
        direction_facts(&to->ports, found->fd, &facts);
    enum cover_outcome outcome =
        to->again ? cover_again(&to->cover, &facts, found->fd) : cover_socket(&to->cover, &facts, found->fd);
    to->set += outcome == COVER_SET;
    to->left += outcome == COVER_LEFT && !to->again;
    to->refused += outcome == COVER_REFUSED && !to->again;
    if (outcome != COVER_NOT_TCP)
        report(to, found, outcome);
}

/* What is not there any more was asked for only when it was named, and only the first time. */
static bool is_fault(const struct attachment *to, pid_t pid, int error)
{
    if (error == 0 || to->again)
        return false;
    if (error == ESRCH)
        return !to->all && process_list_has(&to->asked, pid);
    return !process_is_kernel(pid);
}

static void attach_to(struct attachment *to, pid_t pid)
{
    char number[16];
    if (to->policy.programs && !process_admitted(pid, to->policy.programs))
        return;
    if (to->policy.rule_count)
        direction_read_ports(&to->ports, pid);
    struct descriptors_search search = {.visit = visit, .context = to, .anyway = to->anyway};
    int error = descriptors_search(pid, &search);
    if (!is_fault(to, pid, error))
        return;
    snprintf(number, sizeof number, "%d", (int)pid);
    say("process", number, descriptors_why(error));
    to->failed = true;
}

/* One pass over all processes. False when none of them is there any more. */
static bool pass(struct attachment *to)
{
    struct process_list now = {0};
    bool alive = false, listed = true;
    for (size_t i = 0; i < to->asked.count; i++)
        listed = listed && process_list_add(&now, to->asked.pid[i]);
    if (to->all || to->tree)
        listed = listed && (to->all ? process_list_all(&now) : process_list_descendants(&now));
    if (!listed) {
        say("attach", "/proc", strerror(errno));
        to->failed = true;
    }
    for (size_t i = 0; i < now.count; i++) {
        attach_to(to, now.pid[i]);
        alive = alive || process_exists(now.pid[i]);
    }
    process_list_free(&now);
    return alive;
}

static void watch(struct attachment *to)
{
    struct throttle pace = {0};
    bool alive = true;
    to->again = true;
    while (alive) {
        fflush(stdout);
        poll(NULL, 0, throttle_left(&pace));
        throttle_begin(&pace);
        alive = pass(to);
        throttle_end(&pace);
    }
}

int attach_main(int argc, char **argv)
{
    static struct attachment to;
    int result = read_arguments(&to, argc, argv);
    if (result == 0) {
        to.look = to.policy.rule_count || !value_leaves_alone(to.policy.plain.value[SETTING_DEFER_ACCEPT]);
        cover_begin(&to.cover, &to.policy);
        if (pass(&to) && to.watch)
            watch(&to);
        printf("%lu set, %lu left alone, %lu refused\n", to.set, to.left, to.refused);
        result = to.failed || to.refused ? 1 : 0;
    }
    process_list_free(&to.asked);
    return result;
}
