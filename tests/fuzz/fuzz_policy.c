/*
 * A whole environment, one NAME=value a line: every complaint is one line, what was promised holds, every number is
 * one that the system takes, and the policy can be explained and planned with.
 */
#include "core/explain.h"
#include "core/flags.h"
#include "core/intent.h"
#include "core/log.h"
#include "core/policy_read.h"
#include "fuzz.h"
#include <stdlib.h>
#include <string.h>

enum { LINES_MAX = 64 };

static const char *line[LINES_MAX];
static struct policy policy;
static char explained[EXPLAIN_SIZE];
static const struct socket_values untouched = {.value = {7200000, 75000, 9, VALUE_OFF}};

static const char *variable(void *context, const char *name)
{
    (void)context;
    for (size_t i = 0; i < LINES_MAX && line[i]; i++)
        if (strncmp(line[i], name, strlen(name)) == 0 && line[i][strlen(name)] == '=')
            return line[i] + strlen(name) + 1;
    return NULL;
}

static void complain(void *context, const char *complaint)
{
    ++*(unsigned *)context;
    PROPERTY(strncmp(complaint, "tcpalive: ", 10) == 0);
    PROPERTY(strchr(complaint, '\n') == complaint + strlen(complaint) - 1);
}

static void check_target(const struct profile *target, int32_t grain)
{
    for (enum setting_id id = 0; id < OPTION_COUNT; id++) {
        int32_t value = target->value[id];
        bool coarse = settings[id].kind == KIND_DURATION;
        PROPERTY(value_leaves_alone(value) || (value >= settings[id].low && value <= settings[id].high));
        PROPERTY(value_leaves_alone(value) || !coarse || value % grain == 0);
    }
    PROPERTY(target->value[SETTING_USER_TIMEOUT] != VALUE_MATCH);
}

static void plan_all(void)
{
    char text[1024];
    for (enum role role = ROLE_MADE; role <= ROLE_ACCEPT; role++)
        for (int prepared = 0; prepared < 2; prepared++) {
            struct facts facts = {.role = role, .prepared = prepared, .port = 80};
            struct plan plan;
            struct text room = text_in(text, sizeof text);
            plan_make(&policy, &facts, &plan);
            PROPERTY(plan.rule >= PLAN_NO_RULE && plan.rule < policy.rule_count);
            PROPERTY(plan.covered || !plan.keepalive);
            log_connection(&room, &facts, &plan, 3);
            PROPERTY(text[room.used - 1] == '\n');
        }
}

static void explain(void)
{
    struct text text = text_in(explained, sizeof explained);
    explain_write(&text, &policy, &untouched, "about 15 minutes on Linux");
    text = text_in(explained, sizeof explained);
    explain_write_json(&text, &policy, &untouched, "about 15 minutes on Linux");
    PROPERTY(text.used >= 3 && strcmp(explained + text.used - 2, "}\n") == 0);
}

static void check(int32_t grain)
{
    const int32_t *plain = policy.plain.value;
    if (!policy.enabled)
        return;
    check_target(&policy.plain, grain);
    for (int i = 0; i < policy.rule_count; i++)
        if (!policy.rule[i].off)
            check_target(&policy.rule[i].profile, grain);
    PROPERTY(intent_keeps((struct timing){plain[SETTING_IDLE], plain[SETTING_INTERVAL], plain[SETTING_PROBES]},
                          (struct promises){policy.asked.survive, policy.asked.detect}));
    plan_all();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned complaints = 0;
    size_t count = 0;
    if (!size)
        return 0;
    int32_t grain = data[0] & 1 ? 1000 : 1;
    char *text = malloc(size);
    PROPERTY(text);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    for (char *rest = text; rest && count < LINES_MAX - 1;)
        line[count++] = strsep(&rest, "\n");
    line[count] = NULL;
    static struct policy_room room;
    struct policy_source source = {
        .variable = variable, .grain = grain, .complain = complain, .context = &complaints, .room = &room};
    memset(&policy, 0xa5, sizeof policy);
    PROPERTY(policy_read(&policy, &source) == complaints);
    check(grain);
    if (data[0] & 2) /* it takes far longer than the rest */
        explain();
    free(text);
    return 0;
}
