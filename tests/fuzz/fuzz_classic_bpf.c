/*
 * Filters that a program is about to put itself under, with any instructions: nothing outside is read, and an answer
 * that hangs on some arguments only stands whatever the others are.
 */
#include "fuzz.h"
#include "preload/library/classic_bpf.h"
#include <string.h>

enum { INSTRUCTIONS_MAX = 64, ALL = 0x3f };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sock_filter instruction[INSTRUCTIONS_MAX];
    struct foreseen_call some = {{0}, 0}, all;
    unsigned answer = 0, again = 0;
    if (size < 1 + sizeof some.data)
        return 0;
    some.known = data[0] & ALL;
    memcpy(&some.data, data + 1, sizeof some.data);
    size_t count = (size - 1 - sizeof some.data) / sizeof *instruction;
    count = count < INSTRUCTIONS_MAX ? count : INSTRUCTIONS_MAX;
    memcpy(instruction, data + 1 + sizeof some.data, count * sizeof *instruction);
    struct sock_fprog filter = {(unsigned short)count, instruction};
    if (!classic_bpf_answer(&filter, &some, &answer))
        return 0;
    all = some;
    all.known = ALL;
    for (int i = 0; i < 6; i++)
        if (!(some.known >> i & 1))
            all.data.args[i] = ~all.data.args[i];
    PROPERTY(classic_bpf_answer(&filter, &all, &again) && again == answer);
    return 0;
}
