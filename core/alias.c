#include "alias.h"

const struct alias aliases[] = {
    {"KEEPALIVE", SETTING_ENABLED, ALIAS_NOT_OFF, LIBKEEPALIVE},
    {"KEEPIDLE", SETTING_IDLE, ALIAS_SECONDS, LIBKEEPALIVE},
    {"KEEPINTVL", SETTING_INTERVAL, ALIAS_SECONDS, LIBKEEPALIVE},
    {"KEEPCNT", SETTING_PROBES, ALIAS_COUNT, LIBKEEPALIVE},
    {"DD_USE_KEEPALIVE", SETTING_ENABLED, ALIAS_NOT_ZERO, LIBDONTDIE},
    {"DD_TCP_KEEPALIVE_TIME", SETTING_IDLE, ALIAS_SECONDS, LIBDONTDIE},
    {"DD_TCP_KEEPALIVE_INTVL", SETTING_INTERVAL, ALIAS_SECONDS, LIBDONTDIE},
    {"DD_TCP_KEEPALIVE_PROBES", SETTING_PROBES, ALIAS_COUNT, LIBDONTDIE},
    {"TCP_KEEPIDLE", SETTING_IDLE, ALIAS_SECONDS, LIBKEEPALIVE_2019},
    {"TCP_KEEPINTVL", SETTING_INTERVAL, ALIAS_SECONDS, LIBKEEPALIVE_2019},
    {"TCP_KEEPCNT", SETTING_PROBES, ALIAS_COUNT, LIBKEEPALIVE_2019},
    {"TCP_USER_TIMEOUT", SETTING_USER_TIMEOUT, ALIAS_MS_OR_MATCH, LIBKEEPALIVE_2019},
    {"TCP_SYNCNT", SETTING_SYNCNT, ALIAS_COUNT, LIBKEEPALIVE_2019},
    {"TCP_DEFER_ACCEPT", SETTING_DEFER_ACCEPT, ALIAS_SECONDS, LIBKEEPALIVE_2019},
    {"TCP_MAXSEG", SETTING_MAXSEG, ALIAS_COUNT, LIBKEEPALIVE_2019},
    {"TCP_WINDOW_CLAMP", SETTING_WINDOW_CLAMP, ALIAS_COUNT, LIBKEEPALIVE_2019},
    {"SETSOCKOPT_TCP_KEEPALIVE", SETTING_ENABLED, ALIAS_NOT_ZERO, LIBSETSOCKOPT},
    {"SETSOCKOPT_TCP_KEEPALIVE_IDLE", SETTING_IDLE, ALIAS_SECONDS, LIBSETSOCKOPT},
    {"SETSOCKOPT_TCP_KEEPALIVE_INTVL", SETTING_INTERVAL, ALIAS_SECONDS, LIBSETSOCKOPT},
    {"SETSOCKOPT_TCP_KEEPALIVE_CNT", SETTING_PROBES, ALIAS_COUNT, LIBSETSOCKOPT},
};

const size_t alias_count = sizeof aliases / sizeof *aliases;

const char *alias_library(const struct alias *alias)
{
    static const char *const names[] = {"libkeepalive", "libdontdie", "libkeepalive of 2019", "libsetsockopt"};
    return names[alias->library];
}

/* The number goes on to the setting's own parser, with the unit written out, so that one place knows the ranges. */
static bool parse_number(const struct alias *alias, struct span span, int32_t *value, struct text *why)
{
    char buffer[32];
    uint64_t number;
    if (!span_number(span, INT32_MAX, &number)) {
        text_add(why, "not a whole number");
        return false;
    }
    if (!number) {
        *value = VALUE_SYSTEM;
        return true;
    }
    struct text text = text_in(buffer, sizeof buffer);
    text_add_number(&text, (int64_t)number);
    text_add(&text, alias->unit == ALIAS_SECONDS ? "s" : alias->unit == ALIAS_MS_OR_MATCH ? "ms" : "");
    return setting_parse(alias->setting, span_of(buffer), value, why);
}

bool alias_parse(const struct alias *alias, struct span span, int32_t *value, struct text *why)
{
    switch (alias->unit) {
    case ALIAS_NOT_OFF:
        *value = !span_equals(span, "off");
        return true;
    case ALIAS_NOT_ZERO:
        *value = !span_equals(span, "0");
        return true;
    case ALIAS_MS_OR_MATCH:
        if (span_equals(span, "-1")) {
            *value = VALUE_MATCH;
            return true;
        }
        return parse_number(alias, span, value, why);
    default:
        return parse_number(alias, span, value, why);
    }
}
