#include "status.h"
#include <windows.h>

const char *inject_sentence(enum inject_status status)
{
    switch (status) {
#define X(value, sentence)                                                                                             \
    case value:                                                                                                        \
        return sentence;
        INJECT_STATUSES(X)
#undef X
    }
    return "unknown";
}

unsigned long inject_error(enum inject_status status)
{
    switch (status) {
    case INJECT_NO_LIBRARY:
    case INJECT_NO_HELPER:
    case INJECT_UNREADABLE:
    case INJECT_NO_ROOM:
    case INJECT_UNWRITABLE:
    case INJECT_NO_THREAD:
        return GetLastError();
    default:
        return 0;
    }
}
