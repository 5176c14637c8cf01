#include "command.h"
#include "core/alias.h"
#include "winhook/environment.h"
#include <stdio.h>
#include <string.h>

/* The system's sentence without its line end; a plain number when it has none. */
static void add_system_text(struct text *text, DWORD error)
{
    WCHAR wide[256];
    char sentence[512];
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error, 0, wide,
                                  sizeof wide / sizeof *wide, NULL);
    while (length && (wide[length - 1] <= ' ' || wide[length - 1] == '.'))
        length--;
    int size = length ? WideCharToMultiByte(CP_UTF8, 0, wide, (int)length, sentence, sizeof sentence, NULL, NULL) : 0;
    text_add_span(text, (struct span){sentence, (size_t)size});
    text_add(text, size ? " (error " : "error ");
    text_add_number(text, error);
    text_add(text, size ? ")" : "");
}

void complain(const char *what, const char *object, const char *why, DWORD error)
{
    char buffer[1024], because[600];
    struct text line = text_in(buffer, sizeof buffer), text = text_in(because, sizeof because);
    text_add(&text, why ? why : "");
    if (why && error)
        text_add(&text, ": ");
    if (error)
        add_system_text(&text, error);
    text_complain(&line, what, object, because);
    fputs(buffer, stderr);
    fflush(stderr);
}

int complain_usage(const char *what, const char *object, const char *why)
{
    complain(what, object, why, 0);
    return EXIT_OWN;
}

bool take_settings(const char *command, struct flags *flags, const struct arguments *arguments, int *at,
                   bool (*other)(const struct arguments *arguments, int *at, void *context), void *context)
{
    while (*at < arguments->count) {
        const char *word = arguments->text[*at];
        if (!strcmp(word, "--")) {
            ++*at;
            return true;
        }
        if (*word != '-')
            return true;
        enum flags_result result = flags_take(flags, arguments->count, arguments->text, at);
        if (result == FLAGS_TAKEN || (result == FLAGS_OTHER && other && other(arguments, at, context)))
            continue;
        complain(command, word, result == FLAGS_NEEDS_VALUE ? "needs a value" : "no such option", 0);
        return false;
    }
    return true;
}

bool take_value(const struct arguments *arguments, int *at, const char *name, const char **value)
{
    size_t length = strlen(name);
    const char *word = arguments->text[*at];
    if (strncmp(word, name, length) || (word[length] && word[length] != '='))
        return false;
    ++*at;
    if (word[length])
        *value = word + length + 1;
    else
        *value = *at < arguments->count ? arguments->text[(*at)++] : "";
    return true;
}

static const char *variable(void *context, const char *name)
{
    return environment_find(context, name);
}

static void say(void *context, const char *line)
{
    (void)context;
    fputs(line, stderr);
}

bool read_settings(struct policy *policy, const struct flags *flags)
{
    struct policy_source source = {
        .variable = variable, .flag = flags->text, .grain = 1, .complain = say, .context = environment_copy()};
    static const enum setting_id foreign[] = {SETTING_SYNCNT, SETTING_DEFER_ACCEPT, SETTING_MAXSEG,
                                              SETTING_WINDOW_CLAMP};
    if (policy_read(policy, &source))
        return false;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (policy->enabled && !value_leaves_alone(policy->plain.value[foreign[i]])) {
            char name[SETTING_NAME_SIZE];
            struct text text = text_in(name, sizeof name);
            policy_write_origin(&text, policy, foreign[i]);
            complain(name, policy->origin[foreign[i]].text, "Windows has no such option: it is left alone", 0);
        }
    return true;
}

void export_settings(const struct flags *flags)
{
    char name[SETTING_NAME_SIZE];
    WCHAR wide_name[SETTING_NAME_SIZE], value[8192];
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        if (flags->text[id] &&
            MultiByteToWideChar(CP_UTF8, 0, flags->text[id], -1, value, sizeof value / sizeof *value)) {
            setting_variable(id, name);
            MultiByteToWideChar(CP_UTF8, 0, name, -1, wide_name, SETTING_NAME_SIZE);
            SetEnvironmentVariableW(wide_name, value);
        }
    if (!GetEnvironmentVariableW(L"TCPALIVE", NULL, 0))
        SetEnvironmentVariableW(L"TCPALIVE", L"on");
}
