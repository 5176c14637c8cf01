#include "filter.h"
#include <sys/syscall.h>

void filter_append(struct sock_fprog *filter, struct sock_filter instruction)
{
    filter->filter[filter->len++] = instruction;
}

void filter_add(struct sock_fprog *filter, int number, unsigned matched)
{
    filter_append(filter, (struct sock_filter)FILTER_EQUAL(number, 1));
    filter_append(filter, (struct sock_filter)FILTER_ANSWER(matched));
}

void filter_add_on_socket(struct sock_fprog *filter, int number, int call, unsigned matched)
{
    filter_add(filter, number, matched);
#ifdef SYS_socketcall
    if (!call)
        return;
    filter_append(filter, (struct sock_filter)FILTER_EQUAL(SYS_socketcall, 4));
    filter_append(filter, (struct sock_filter)FILTER_LOAD(args[0]));
    filter_add(filter, call, matched);
    filter_append(filter, (struct sock_filter)FILTER_LOAD(nr));
#else
    (void)call;
#endif
}
