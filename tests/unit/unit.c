#include "unit.h"
#include "core/flags.h"
#include "core/plan.h"
#include <stdlib.h>
#include <string.h>

const struct socket_values untouched = {
    .value = {7200000, 75000, 9, VALUE_OFF, [KEEPALIVE_COUNT... OPTION_COUNT - 1] = VALUE_UNSET}};

struct text scratch(void)
{
    enum { BUFFERS = 8, SIZE = 4096 };
    static char buffers[BUFFERS][SIZE];
    static unsigned next;
    return text_in(buffers[next++ % BUFFERS], SIZE);
}

static struct reading reading;
static const char *const *environment;

static const char *variable(void *context, const char *name)
{
    size_t length = strlen(name);
    (void)context;
    reading.asked++;
    for (const char *const *each = environment; *each; each++)
        if (strncmp(*each, name, length) == 0 && (*each)[length] == '=')
            return *each + length + 1;
    return NULL;
}

static void complain(void *context, const char *line)
{
    struct text *complaints = context;
    text_add(complaints, line);
}

/* Given as entries, variables are read alike. */
static void expect_the_same_by_entries(struct policy_source source, const char *const given[])
{
    static struct reading again;
    static struct policy_room room;
    struct text complaints = text_in(again.complaints, sizeof again.complaints);
    source.entries = (char *const *)(uintptr_t)given;
    source.context = &complaints;
    source.room = &room;
    memset(&again.policy, 0xa5, sizeof again.policy);
    assert_int_equal(policy_read(&again.policy, &source), reading.count);
    assert_string_equal(again.complaints, reading.complaints);
    assert_int_equal(again.policy.enabled, reading.policy.enabled);
    assert_int_equal(again.policy.rule_count, reading.policy.rule_count);
    for (enum setting_id id = 0; id < SETTING_COUNT && reading.policy.enabled; id++) {
        assert_int_equal(again.policy.origin[id].kind, reading.policy.origin[id].kind);
        assert_ptr_equal(again.policy.origin[id].alias, reading.policy.origin[id].alias);
        assert_ptr_equal(again.policy.origin[id].text, reading.policy.origin[id].text);
    }
}

const struct reading *read_policy(int32_t grain, const char *const given[])
{
    static struct policy_room room;
    struct flags flags = {0};
    struct text complaints = text_in(reading.complaints, sizeof reading.complaints);
    struct policy_source source = {.variable = variable,
                                   .flag = flags.text,
                                   .grain = grain,
                                   .complain = complain,
                                   .context = &complaints,
                                   .room = &room};
    for (int at = 0; given[at]; at++) {
        char *word = (char *)(uintptr_t)given[at];
        if (strncmp(word, "--", 2) == 0)
            assert_int_equal(flags_take(&flags, 1, &word, &(int){0}), FLAGS_TAKEN);
    }
    environment = given;
    reading.asked = 0;
    memset(&reading.policy, 0xa5, sizeof reading.policy); /* policy_read() counts on nothing */
    reading.count = policy_read(&reading.policy, &source);
    bool flagged = false;
    for (int at = 0; given[at]; at++)
        flagged = flagged || strncmp(given[at], "--", 2) == 0;
    if (!flagged)
        expect_the_same_by_entries(source, given);
    return &reading;
}
