/*
 * What the command of the other word size is started for: see inject.h. Its line is `inject new PID HANDLE`, for a
 * process that was made suspended and that the caller resumes, HANDLE being one of that process; `inject started PID`,
 * for one that will be resumed by whoever may let it wait; `inject attach PID HANDLE`, HANDLE being an inherited one of
 * what is asked. The exit code is the enum inject_status.
 */
#include "winhook/inject/inject.h"
#include "command.h"
#include "core/exit.h"
#include "core/text.h"
#include "handing_on.h"
#include "winhook/inject/running.h"
#include <string.h>

static int attach(HANDLE process, HANDLE section)
{
    static char block[HANDING_ON_SIZE];
    size_t size = handing_on(block);
    struct attachment *asked = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0);
    if (!asked || !size)
        return EXIT_OURS;
    enum inject_status status = inject_running(process, block, size, asked);
    asked->error = inject_error(status);
    return (int)status;
}

int inject_main(const struct command_line *line)
{
    enum {
        LONG_MS = 600000,
        RIGHTS = PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION | PROCESS_VM_READ |
                 PROCESS_VM_WRITE
    };
    uint64_t pid, number = 0;
    if (line->count < 4 || !span_number(span_of(line->text[3]), UINT32_MAX, &pid))
        return EXIT_OURS;
    if (line->count > 4)
        span_number(span_of(line->text[4]), UINT32_MAX, &number);
    HANDLE process = OpenProcess(RIGHTS, FALSE, (DWORD)pid), handle = (HANDLE)(ULONG_PTR)number;
    if (!process || !inject_same_size(process))
        return EXIT_OURS;
    if (strcmp(line->text[2], "attach") == 0)
        return attach(process, handle);
    return strcmp(line->text[2], "new") ? (int)inject_started(process, LONG_MS)
                                        : (int)inject_new_there(process, handle);
}
