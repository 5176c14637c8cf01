#include "in_force.h"
#include <windows.h>

static struct policy *volatile policy_now;
static const char *volatile attached;

const struct policy *in_force(void)
{
    return policy_now;
}

const char *in_force_attached(void)
{
    return attached;
}

void in_force_set(struct policy *policy)
{
    InterlockedExchangePointer((void *volatile *)&policy_now, policy);
}

void in_force_attach(const char *settings)
{
    attached = settings;
}
