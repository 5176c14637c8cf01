/*
 * System calls as the kernel hands them to the supervisor, with any numbers, of any thread: the numbers lead nowhere
 * but into a result.
 */
#include "fuzz.h"
#include "preload/supervise/calls.h"
#include "preload/supervise/memory.h"
#include <string.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static struct shared shared;
    (void)argc;
    (void)argv;
    supervise_memory_begin(&shared);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input {
        struct seccomp_notif notification;
        char memory[256]; /* what addresses may lead to */
    } input = {0};
    struct supervise_call call;
    if (size < 4)
        return 0;
    memcpy(&input, data, size < sizeof input ? size : sizeof input);
    input.notification.pid = (uint32_t)getpid();
    /* Ours among the calls, so that more than their numbers is looked at; half of the addresses lead somewhere. */
    const struct supervise_abi *abi = &supervise_abis[data[0] % supervise_abi_count];
    input.notification.data.arch = abi->architecture;
    if (data[1] & 1)
        input.notification.data.nr = (int)abi->call[data[1] / 2 % SUPERVISE_CALLS].number;
    if (data[2] & 1)
        input.notification.data.args[1] = (uint64_t)(uintptr_t)input.memory;
    if (supervise_call_read(&input.notification, &call))
        PROPERTY(call.kind <= SUPERVISE_CALL_RING);
    return 0;
}
