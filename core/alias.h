/*
 * alias: variables of other keepalive libraries that already run in people's containers.
 *
 * Used by policy where the TCPALIVE_ variable is unset, so that replacing such a library is one changed path. Units and
 * the meaning of 0 are those libraries'.
 */
#ifndef CORE_ALIAS_H
#define CORE_ALIAS_H

#include "setting.h"

enum alias_library { LIBKEEPALIVE, LIBDONTDIE, LIBKEEPALIVE_2019, LIBSETSOCKOPT };
enum alias_unit { ALIAS_COUNT, ALIAS_SECONDS, ALIAS_MS_OR_MATCH, ALIAS_NOT_OFF, ALIAS_NOT_ZERO };

struct alias {
    char variable[31];
    uint8_t setting; /* an enum setting_id */
    uint8_t unit;    /* an enum alias_unit */
    uint8_t library; /* an enum alias_library */
};

/* Where two speak of one setting, the first that is set counts. */
extern const struct alias aliases[];
extern const size_t alias_count;

/* The name of the library that the variable is of. */
const char *alias_library(const struct alias *alias);

/* Reads the variable's text as its own library would, strictly. False with what is wrong in `why`. */
bool alias_parse(const struct alias *alias, struct span span, int32_t *value, struct text *why);

#endif
