/*
 * profile: what one kind of connection gets: a value for each option of a socket, promises resolved.
 *
 * Used by policy for the plain settings and by rule for each rule's own. Pure arithmetic over values already read.
 */
#ifndef CORE_PROFILE_H
#define CORE_PROFILE_H

#include "setting.h"

/*
 * By setting_id. Milliseconds, counts or bytes; VALUE_SYSTEM, VALUE_UNSET and, for the user timeout,
 * VALUE_OFF: left alone.
 */
struct profile {
    int32_t value[OPTION_COUNT];
    int32_t detect; /* within so many a dead peer is to be noticed, with data in flight too; else VALUE_UNSET */
};

/* What was asked for, before promises are resolved: a value or VALUE_UNSET for each setting. */
struct wishes {
    int32_t value[SETTING_COUNT];
};

struct wishes wishes_none(void);

/*
 * Resolves wishes to a profile. Times are rounded up to whole `grain` milliseconds (1000 on Linux, 1 on Windows). What
 * is neither wished nor promised is taken from `base`. SETTING_COUNT on success, else the setting that makes it
 * impossible, with what is wrong in `why`: an explicit number that breaks a promise, or a promise that cannot be kept.
 */
enum setting_id profile_resolve(const struct wishes *wishes, const struct profile *base, int32_t grain,
                                struct profile *profile, struct text *why);

/* The promise that the profile's numbers break: SETTING_SURVIVE, SETTING_DETECT, or SETTING_COUNT for none. */
enum setting_id profile_breach(const struct profile *profile, const struct wishes *wishes);

/*
 * Is a dead peer to be noticed within `detect` with data in flight too? Not where a user timeout of the policy's own
 * bounds that already.
 */
bool profile_detects_in_flight(const struct profile *profile);

/* Does this value name none, so that the option is left as it is? */
bool value_leaves_alone(int32_t value);

#endif
