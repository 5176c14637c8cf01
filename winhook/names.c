#include "names.h"
#include "core/filter.h"
#include <windows.h>

bool names_admit(const char *names, const char *program)
{
    char plain[NAMES_ROOM];
    struct text without = text_in(plain, sizeof plain);
    struct span span = span_of(program);
    if (span.length > 4 && lstrcmpiA(program + span.length - 4, ".exe") == 0)
        span.length -= 4;
    text_add_span(&without, span);
    return filter_admits_any_case(span_of(names), plain, program);
}
