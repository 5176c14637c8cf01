/*
 * middlebox: devices on real paths that forget silent connections, by name, with their idle limits.
 *
 * Used by the setting `survive`, explain, measure and the completions. The limits are their vendors' documented
 * defaults.
 */
#ifndef CORE_MIDDLEBOX_H
#define CORE_MIDDLEBOX_H

#include "text.h"

struct middlebox {
    char name[16];
    int32_t idle_limit_ms; /* 0: its idle timer counts data above TCP, so that keepalive does not reset it */
};

extern const struct middlebox middleboxes[];
extern const size_t middlebox_count;

/* The middlebox of that name, or NULL. */
const struct middlebox *middlebox_find(struct span name);

/* What it is, for people: `AWS Network Load Balancer`. */
const char *middlebox_device(const struct middlebox *box);

#endif
