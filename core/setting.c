#include "setting.h"
#include "duration.h"
#include "middlebox.h"
#include "nearest.h"

const struct setting settings[SETTING_COUNT] = {
#define X(id, suffix, kind, low, high, fallback, argument, help) {suffix, fallback, KIND_##kind, low, high},
    SETTINGS(X)
#undef X
};

/* The words of each kind; their positions are the values. */
typedef const char word[8];

static word switch_words[] = {"off", "on", ""};
static word follow_words[] = {"off", "on", "never", ""};
static word mode_words[] = {"enforce", "tighten", "respect", ""};
static word level_words[] = {"off", "error", "warn", "info", "debug", ""};

static word *words_of(enum setting_kind kind)
{
    return kind == KIND_SWITCH   ? switch_words
           : kind == KIND_FOLLOW ? follow_words
           : kind == KIND_MODE   ? mode_words
           : kind == KIND_LEVEL  ? level_words
                                 : NULL;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c == '_' ? '-' : c;
}

void setting_variable(enum setting_id id, char name[SETTING_NAME_SIZE])
{
    struct text text = text_in(name, SETTING_NAME_SIZE);
    text_add(&text, *settings[id].suffix ? "TCPALIVE_" : "TCPALIVE");
    text_add(&text, settings[id].suffix);
}

void setting_flag(enum setting_id id, char name[SETTING_NAME_SIZE])
{
    struct text text = text_in(name, SETTING_NAME_SIZE);
    if (*settings[id].suffix)
        text_add(&text, "--");
    for (const char *c = settings[id].suffix; *c; c++)
        text_add_char(&text, lower(*c));
}

enum setting_id setting_by_variable(struct span name)
{
    if (!span_starts(name, "TCPALIVE") || (name.length > 8 && name.at[8] != '_'))
        return SETTING_COUNT;
    struct span suffix = {name.at + 8 + (name.length > 8), name.length - 8 - (name.length > 8)};
    enum setting_id id = 0;
    while (id < SETTING_COUNT && !span_equals(suffix, settings[id].suffix))
        id++;
    return name.length == 9 ? SETTING_COUNT : id;
}

enum setting_id setting_by_flag(struct span name)
{
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        const char *suffix = settings[id].suffix;
        size_t same = 0;
        while (same < name.length && suffix[same] && lower(suffix[same]) == name.at[same])
            same++;
        if (same && same == name.length && !suffix[same])
            return id;
    }
    return SETTING_COUNT;
}

bool setting_in_rule(enum setting_id id)
{
    return id < OPTION_COUNT || id == SETTING_SURVIVE || id == SETTING_DETECT;
}

static bool is_time(enum setting_kind kind)
{
    return kind == KIND_DURATION || kind == KIND_BOUND || kind == KIND_LIMIT;
}

static void write_number(struct text *text, enum setting_kind kind, int32_t number)
{
    if (is_time(kind))
        duration_write(text, number);
    else
        text_add_number(text, number);
}

static void explain_range(const struct setting *setting, int64_t number, struct text *why)
{
    text_add(why, "must be ");
    if (is_time(setting->kind) && setting->high == INT32_MAX) {
        text_add(why, number < setting->low ? "at least " : "at most ");
        duration_write(why, number < setting->low ? setting->low : setting->high);
        return;
    }
    write_number(why, setting->kind, setting->low);
    text_add(why, "..");
    write_number(why, setting->kind, setting->high);
}

/* What may have been meant: the words that would have been right. */
static void suggest(const struct setting *setting, struct span span, struct text *why)
{
    struct nearest nearest = nearest_to(span);
    if (setting->kind == KIND_LIMIT && middlebox_find(span))
        return;
    word *words = words_of(setting->kind);
    for (; words && **words; words++) // NOLINT(clang-analyzer-core.uninitialized.Branch): "" ends each list
        nearest_offer(&nearest, *words);
    if (setting < settings + OPTION_COUNT)
        nearest_offer(&nearest, "system");
    if (setting->kind == KIND_BOUND)
        nearest_offer(&nearest, "match");
    for (size_t i = 0; setting->kind == KIND_LIMIT && i < middlebox_count; i++)
        nearest_offer(&nearest, middleboxes[i].name);
    nearest_add(why, &nearest, "");
    if (is_time(setting->kind))
        duration_suggest(why, span);
}

static bool parse_word(word *words, struct span span, int32_t *value, struct text *why)
{
    for (*value = 0; *words[*value]; ++*value) // NOLINT(clang-analyzer-core.uninitialized.Branch): "" ends each list
        if (span_equals(span, words[*value]))
            return true;
    text_add(why, "must be ");
    for (size_t i = 0; *words[i]; i++) {
        text_add(why, i == 0 ? "" : *words[i + 1] ? ", " : " or ");
        text_add(why, words[i]);
    }
    return false;
}

/* A middlebox's name sets its limit; one whose timer keepalive cannot reset is refused. */
static bool parse_middlebox(struct span span, int64_t *ms, struct text *why)
{
    const struct middlebox *box = middlebox_find(span);
    if (box && box->idle_limit_ms) {
        *ms = box->idle_limit_ms;
        return true;
    }
    text_add(why, box ? "its idle timer is above TCP, where keepalive does not help"
                      : "neither a duration nor a middlebox that 'tcpalive explain' lists");
    return false;
}

static bool parse_number(const struct setting *setting, struct span span, int64_t *number, struct text *why)
{
    uint64_t count = 0;
    const char *wrong = NULL;
    if (is_time(setting->kind))
        wrong = duration_parse(span, number);
    else if (!span_number(span, UINT64_MAX / 16, &count))
        wrong = "not a whole number";
    else
        *number = count > INT32_MAX ? (int64_t)INT32_MAX + 1 : (int64_t)count;
    if (wrong && setting->kind == KIND_LIMIT)
        return parse_middlebox(span, number, why);
    if (wrong)
        text_add(why, wrong);
    return !wrong;
}

bool setting_parse(enum setting_id id, struct span span, int32_t *value, struct text *why)
{
    const struct setting *setting = &settings[id];
    int64_t number;
    if (words_of(setting->kind)) {
        if (parse_word(words_of(setting->kind), span, value, why))
            return true;
        suggest(setting, span, why);
        return false;
    }
    if (id < OPTION_COUNT && span_equals(span, "system")) {
        *value = VALUE_SYSTEM;
        return true;
    }
    if (setting->kind == KIND_BOUND && (span_equals(span, "match") || span_equals(span, "off"))) {
        *value = span.at[0] == 'm' ? VALUE_MATCH : VALUE_OFF;
        return true;
    }
    if (!parse_number(setting, span, &number, why)) {
        suggest(setting, span, why);
        return false;
    }
    if (number < setting->low || number > setting->high) {
        explain_range(setting, number, why);
        return false;
    }
    *value = (int32_t)number;
    return true;
}

void setting_write(struct text *text, enum setting_id id, int32_t value)
{
    enum setting_kind kind = settings[id].kind;
    if (value == VALUE_UNSET || value == VALUE_SYSTEM)
        text_add(text, value == VALUE_SYSTEM ? "system" : "unset");
    else if (value == VALUE_MATCH)
        text_add(text, "match");
    else if (kind == KIND_BOUND && value == VALUE_OFF)
        text_add(text, "off");
    else if (words_of(kind))
        text_add(text, words_of(kind)[value]);
    else
        write_number(text, kind, value);
}
