/*
 * A file of rules: a comment and an empty line change nothing, line ends and semicolons separate alike, and each piece
 * is a rule or a complaint.
 */
#include "core/policy_read.h"
#include "fuzz.h"
#include <stdlib.h>
#include <string.h>

static struct policy policy;
static const char *rules;
static unsigned complaints;

static const char *variable(void *context, const char *name)
{
    (void)context;
    return strcmp(name, "TCPALIVE_RULES") == 0 ? rules : NULL;
}

static void complain(void *context, const char *complaint)
{
    (void)context;
    PROPERTY(strncmp(complaint, "tcpalive: ", 10) == 0);
    PROPERTY(strchr(complaint, '\n') == complaint + strlen(complaint) - 1);
    complaints++;
}

static unsigned read_rules(const char *text, unsigned *wrong)
{
    static struct policy_room room;
    struct policy_source source = {.variable = variable, .grain = 1000, .complain = complain, .room = &room};
    rules = text;
    complaints = 0;
    memset(&policy, 0xa5, sizeof policy);
    policy_read(&policy, &source);
    *wrong = complaints;
    return policy.rule_count;
}

static unsigned pieces_of(const char *text)
{
    unsigned pieces = 0;
    bool comment = false, some = false;
    for (;; text++) {
        if (!*text || *text == '\n' || (*text == ';' && !comment)) {
            pieces += some;
            some = false;
        }
        if (!*text)
            return pieces;
        comment = *text == '#' || (comment && *text != '\n');
        some = some || (!comment && !strchr(" \t\n\v\f\r;", *text));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char comment[] = "\n \n # any * off; accept";
    unsigned wrong, wrong_again;
    if (size && data[0] == '@')
        return 0; /* names a file */
    char *text = calloc(size + sizeof comment, 1);
    PROPERTY(text);
    memcpy(text, data, size);
    unsigned count = read_rules(text, &wrong);
    PROPERTY(count + wrong == pieces_of(text));
    strcat(text, comment);
    PROPERTY(read_rules(text, &wrong_again) == count && wrong_again == wrong);
    if (!strchr(text, '#'))
        for (char *at = text; (at = strchr(at, ';'));)
            *at = '\n';
    PROPERTY(read_rules(text, &wrong_again) == count && wrong_again == wrong);
    free(text);
    return 0;
}
