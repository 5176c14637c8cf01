/* A file of variables that a unit names, and a unit's own as systemctl shows them: a value that ends, or none. */
#include "fuzz.h"
#include "preload/enable/environment.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { ROOM = 16 };
    static struct unit unit;
    static char value[UNIT_TEXT_SIZE];
    char shorter[ROOM];
    bool from_file;
    char *content = strndup((const char *)data, size);
    PROPERTY(content);
    bool found = environment_file_find(content, "V", value, sizeof value);
    PROPERTY(!found || strlen(value) <= size);
    PROPERTY(environment_file_find(content, "V", shorter, sizeof shorter) == found);
    PROPERTY(!found || strncmp(value, shorter, ROOM - 1) == 0);
    snprintf(unit.environment, sizeof unit.environment, "%s", content);
    snprintf(unit.unset_environment, sizeof unit.unset_environment, "%s", content);
    PROPERTY(!environment_find(&unit, "V", "", value, &from_file) || (!from_file && strlen(value) <= size));
    environment_unsets(&unit, "V");
    free(content);
    return 0;
}
