#include "twice.h"
#include "cmocka_all.h"
#include "scene.h"
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { WORDS = 48 };

void twice_give(struct twice_stage *stage, int fd, int number)
{
    assert_true(stage->given_count < TWICE_DESCRIPTORS);
    stage->given[stage->given_count++] = (struct child_descriptor){fd, number};
}

void twice_keep(struct twice_stage *stage, int fd)
{
    assert_true(stage->own_count < TWICE_DESCRIPTORS);
    stage->own[stage->own_count++] = fd;
}

static void end_stage(struct twice_stage *stage)
{
    for (size_t i = 0; i < stage->given_count; i++)
        close(stage->given[i].own);
    for (size_t i = 0; i < stage->own_count; i++)
        close(stage->own[i]);
}

/* Splits text, in place, into NULL-terminated words after those already there. */
static void split(char *text, const char *separator, const char *words[WORDS + 1], size_t count)
{
    char *rest = text;
    for (char *word; (word = strsep(&rest, separator));)
        if (*word) {
            assert_true(count < WORDS);
            words[count++] = word;
        }
    words[count] = NULL;
}

static size_t length_of(const char *const *words)
{
    size_t count = 0;
    while (words[count])
        count++;
    return count;
}

struct child *twice_probe(const char *arguments, const char *environment, const char *preload,
                          const struct child_descriptor *descriptors)
{
    const struct scene_target *target = scene_target();
    const char *words[WORDS + 1] = {NULL}, *variables[WORDS + 1] = {NULL};
    char launcher[512], preload_option[600], *own_arguments = strdup(arguments);
    char *own_environment = strdup(environment ? environment : "");
    assert_true(own_arguments && own_environment);
    snprintf(launcher, sizeof launcher, "%s", target->launcher);
    split(launcher, " ", words, 0);
    if (preload && target->environment_option[0]) {
        snprintf(preload_option, sizeof preload_option, "LD_PRELOAD=%s", preload);
        split(strdupa(target->environment_option), " ", words, length_of(words));
        words[length_of(words)] = preload_option;
        preload = NULL;
    }
    words[length_of(words)] = target->probe;
    split(own_arguments, " ", words, length_of(words));
    split(own_environment, "\n", variables, 0);
    struct child_plan plan = {.argv = words,
                              .environment = variables,
                              .preload = preload,
                              .root = target->root[0] ? target->root : NULL,
                              .root_proc = target->root_proc,
                              .descriptors = descriptors};
    struct child *child = child_start(&plan);
    free(own_arguments);
    free(own_environment);
    return child;
}

static void look_at(struct twice_look *look, const struct child *child, const char *line)
{
    char name[32];
    int fd;
    if (sscanf(line, "fd %31s %d", name, &fd) != 2)
        return;
    assert_true(look->count < TWICE_SOCKETS);
    snprintf(look->seen[look->count].name, sizeof look->seen->name, "%s", name);
    if (oracle_read(child_pid(child), fd, &look->seen[look->count].socket) != 0)
        fail_msg("the oracle cannot read descriptor %d (%s)", fd, name);
    look->count++;
}

/* LD_PRELOAD for one run, in a static buffer; NULL: none. */
static const char *preload_of(const struct twice_plan *plan, int with_library)
{
    static char value[2048];
    const char *parts[] = {plan->before, with_library ? scene_target()->library : NULL, plan->behind};
    size_t used = 0;
    for (size_t i = 0; i < 3; i++)
        if (parts[i])
            used += (size_t)snprintf(value + used, sizeof value - used, used ? ":%s" : "%s", parts[i]);
    assert_true(used < sizeof value);
    return used ? value : NULL;
}

int twice_look(struct twice_look *look, const struct twice_plan *plan, int with_library)
{
    struct twice_stage stage = {0};
    int result = -1;
    memset(look, 0, sizeof *look);
    if (plan->stage)
        plan->stage(&stage);
    stage.given[stage.given_count] = (struct child_descriptor){-1, -1};
    struct child *child = twice_probe(plan->probe, plan->environment, preload_of(plan, with_library), stage.given);
    /* The values are read once it waits: then nothing changes any more. */
    const int ready = child_line_with(child, "ready", CHILD_DEADLINE_MS) == 0;
    look->transcript = strdup(child_output(child));
    assert_non_null(look->transcript);
    if (ready) {
        char *rest = strdupa(look->transcript);
        for (char *line; (line = strsep(&rest, "\n"));)
            look_at(look, child, line);
        result = 0;
    } else if (!strstr(look->transcript, "unavailable")) {
        fail_msg("probe %s did not get ready: %s%s", plan->probe, look->transcript, child_errors(child));
    }
    look->errors = strdup(child_errors(child));
    child_stop(child);
    end_stage(&stage);
    return result;
}

int twice_run(struct twice *twice, const struct twice_plan *plan)
{
    int result = twice_look(&twice->bare, plan, 0);
    if (twice_look(&twice->with, plan, 1) != result)
        fail_msg("only one of the two runs was possible");
    assert_string_equal(twice->with.transcript, twice->bare.transcript);
    assert_string_equal(twice->bare.errors, "");
    assert_string_equal(twice->with.errors, "");
    assert_int_equal(twice->with.count, twice->bare.count);
    for (size_t i = 0; i < twice->bare.count; i++) {
        const struct oracle_socket *bare = &twice->bare.seen[i].socket, *with = &twice->with.seen[i].socket;
        assert_int_equal(with->domain, bare->domain);
        assert_int_equal(with->type, bare->type);
        assert_int_equal(with->protocol, bare->protocol);
        assert_int_equal(with->listening, bare->listening);
    }
    return result;
}

void twice_look_free(struct twice_look *look)
{
    free(look->transcript);
    free(look->errors);
}

void twice_free(struct twice *twice)
{
    twice_look_free(&twice->bare);
    twice_look_free(&twice->with);
}

void twice_expect_tree(const struct twice_plan *plan, int with_library, size_t count, const char *said,
                       const struct twice_values *wanted)
{
    static struct oracle_socket seen[2048];
    struct child *child = twice_probe(plan->probe, plan->environment, preload_of(plan, with_library), NULL);
    if (child_line_with(child, "ready", CHILD_DEADLINE_MS) != 0)
        fail_msg("%s did not get ready: %s%s", plan->probe, child_output(child), child_errors(child));
    if (said && !strstr(child_output(child), said))
        fail_msg("%s did not say '%s': %s", plan->probe, said, child_output(child));
    ssize_t found = oracle_tree(child_pid(child), seen, sizeof seen / sizeof *seen);
    assert_int_equal(found, count);
    for (ssize_t i = 0; i < found; i++)
        twice_expect(&seen[i], wanted);
    assert_string_equal(child_errors(child), "");
    child_stop(child);
}

static int is_free(int port)
{
    const struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = bind(fd, (const struct sockaddr *)&any, sizeof any);
    close(fd);
    return result == 0;
}

/* Below the ports that the kernel hands out by itself: one of those may be someone's own the next moment. */
int twice_free_port(void)
{
    unsigned short random;
    int port;
    do {
        assert_int_equal(getrandom(&random, sizeof random, 0), sizeof random);
        port = 10000 + random % 20000;
    } while (!is_free(port));
    return port;
}

const struct twice_values twice_asked = {1, 31, 7, 4, 45000};
const struct twice_values twice_untouched = {0, TWICE_SYSTEM, TWICE_SYSTEM, TWICE_SYSTEM, 0};

static int or_system(int value, const char *path)
{
    return value == TWICE_SYSTEM ? scene_sysctl(path) : value;
}

void twice_expect(const struct oracle_socket *seen, const struct twice_values *wanted)
{
    int idle = or_system(wanted->idle, "/proc/sys/net/ipv4/tcp_keepalive_time");
    int interval = or_system(wanted->interval, "/proc/sys/net/ipv4/tcp_keepalive_intvl");
    int probes = or_system(wanted->probes, "/proc/sys/net/ipv4/tcp_keepalive_probes");
    int user_timeout = seen->user_timeout == ORACLE_REFUSED ? ORACLE_REFUSED : wanted->user_timeout;
    if (seen->keepalive != wanted->keepalive || seen->idle != idle || seen->interval != interval ||
        seen->probes != probes || seen->user_timeout != user_timeout)
        fail_msg("descriptor %d holds keepalive %d idle %d interval %d probes %d user timeout %d, not %d %d "
                 "%d %d %d",
                 seen->fd, seen->keepalive, seen->idle, seen->interval, seen->probes, seen->user_timeout,
                 wanted->keepalive, idle, interval, probes, user_timeout);
}

void twice_expect_all(const struct twice_look *look, const char *name, const struct twice_values *wanted)
{
    size_t found = 0;
    for (size_t i = 0; i < look->count; i++)
        if (!name || strcmp(look->seen[i].name, name) == 0) {
            twice_expect(&look->seen[i].socket, wanted);
            found++;
        }
    assert_true(found > 0);
}
