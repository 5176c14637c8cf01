/* Program filters, patterns and a name on two lines: one pattern admits what fnmatch(3) does. */
#include "core/filter.h"
#include "fuzz.h"
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static void compare(struct span patterns, const char *name, bool admitted)
{
    char pattern[128];
    for (size_t i = 0; i < patterns.length; i++)
        if (!strchr("*ab.x-", patterns.at[i]) || !patterns.at[i])
            return;
    if (!patterns.length || patterns.length >= sizeof pattern)
        return;
    memcpy(pattern, patterns.at, patterns.length);
    pattern[patterns.length] = '\0';
    for (const char *c = name; *c; c++)
        if (!strchr("ab.x-", *c))
            return;
    PROPERTY(admitted == (fnmatch(pattern, name, 0) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    TEXT(why, 128);
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    size_t length = end ? (size_t)(end - data) : size;
    struct span patterns = {(const char *)data, length};
    if (length > 64)
        return 0; /* a star can be tried at each letter of the name */
    char *name = end ? strndup((const char *)end + 1, size - length - 1) : strdup("");
    PROPERTY(name);
    bool fine = filter_check(patterns, &why);
    PROPERTY(fine == (why.used == 0));
    bool admitted = filter_admits(patterns, name, NULL);
    if (fine)
        compare(patterns, name, admitted);
    PROPERTY(filter_admits(patterns, name, name) == admitted);
    free(name);
    return 0;
}
