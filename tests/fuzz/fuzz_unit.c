/* What systemctl says of a unit, and a unit's own variables, which go into a drop-in: each line of it stays one. */
#include "fuzz.h"
#include "preload/enable/drop_in.c" // NOLINT(bugprone-suspicious-include): its functions are its own
#include "preload/enable/unit.c"    // NOLINT(bugprone-suspicious-include): its functions are its own
#include <stdlib.h>

static void check_lines(const char *text)
{
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        PROPERTY(strchr(line, '\n'));
        PROPERTY(*line == '#' || *line == '[' || strncmp(line, "Environment=\"", 13) == 0 ||
                 strncmp(line, "ExecPaths=/usr/lib", 18) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct policy policy;
    static struct unit unit;
    static char written[DROP_IN_SIZE];
    struct text text = text_in(written, sizeof written);
    struct drop_in drop_in = {&unit, &policy, DROP_IN_PRELOAD, "/usr/bin/tcpalive", "/usr/lib/tcpalive.so"};
    char *answer = strndup((const char *)data, size);
    PROPERTY(answer);
    unit = (struct unit){.name = "a.service"};
    read_answer(answer, &unit);
    free(answer);
    if (strchr(unit.name, '\n'))
        return 0;
    drop_in_write(&text, &drop_in);
    check_lines(written);
    return 0;
}
