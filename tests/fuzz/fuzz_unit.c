/* What systemctl says of a unit, and a unit's own variables, which go into a drop-in: each line of it stays one. */
#include "fuzz.h"
#include "preload/enable/drop_in.c" // NOLINT(bugprone-suspicious-include): its functions are its own
#include "preload/enable/unit.c"    // NOLINT(bugprone-suspicious-include): its functions are its own
#include <stdlib.h>

static const char *const begins[] = {"#",
                                     "[",
                                     "Environment=\"",
                                     "EnvironmentFile=/",
                                     "ExecPaths=/usr/lib\n",
                                     "BindReadOnlyPaths=/usr/lib\n",
                                     "Wants=tcpalive-"};

static void check_lines(const char *text)
{
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        bool known = false;
        for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
            known = known || strncmp(line, begins[i], strlen(begins[i])) == 0;
        PROPERTY(known && strchr(line, '\n'));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct policy policy;
    static struct unit unit;
    static char written[DROP_IN_SIZE];
    struct text text = text_in(written, sizeof written);
    struct drop_in drop_in = {&unit, &policy, DROP_IN_PRELOAD, "/usr/bin/tcpalive", "/usr/lib/tcpalive.so", ""};
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
