#include "script.h"
#include "child.h"
#include "cmocka_all.h"

enum { MISSING_HERE = 77 };

void script_holds(const char *const *argv, int deadline_ms)
{
    struct child *child = child_start(&(struct child_plan){.argv = argv});
    child_close_stdin(child);
    int status = child_wait(child, deadline_ms);
    if (status == MISSING_HERE) {
        print_message("%s", child_output(child));
        skip();
    }
    if (status != 0)
        fail_msg("%s%s", child_output(child), child_errors(child));
}
