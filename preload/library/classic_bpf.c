#include "preload/library/classic_bpf.h"
#include <stddef.h>
#include <stdint.h>

struct machine {
    uint32_t a, x, memory[BPF_MEMWORDS];
};

static bool load(const struct foreseen_call *call, uint32_t offset, uint32_t *word)
{
    const uint32_t arguments = offsetof(struct seccomp_data, args);
    if (offset % sizeof *word || offset > sizeof call->data - sizeof *word)
        return false;
    *word = ((const uint32_t *)(const void *)&call->data)[offset / sizeof *word];
    if (offset >= arguments)
        return call->known >> (offset - arguments) / sizeof call->data.args[0] & 1;
    return offset < offsetof(struct seccomp_data, instruction_pointer);
}

static bool calculate(struct machine *machine, uint16_t code, uint32_t k)
{
    uint32_t by = BPF_SRC(code) == BPF_X ? machine->x : k;
    switch (BPF_OP(code)) {
    case BPF_ADD:
        machine->a += by;
        return true;
    case BPF_SUB:
        machine->a -= by;
        return true;
    case BPF_MUL:
        machine->a *= by;
        return true;
    case BPF_DIV:
        machine->a = by ? machine->a / by : 0;
        return by != 0;
    case BPF_AND:
        machine->a &= by;
        return true;
    case BPF_OR:
        machine->a |= by;
        return true;
    case BPF_XOR:
        machine->a ^= by;
        return true;
    case BPF_LSH:
        machine->a = by < 32 ? machine->a << by : 0;
        return true;
    case BPF_RSH:
        machine->a = by < 32 ? machine->a >> by : 0;
        return true;
    case BPF_NEG:
        machine->a = -machine->a;
        return true;
    }
    return false;
}

/* How many instructions to pass over. */
static uint32_t jump(const struct machine *machine, const struct sock_filter *at)
{
    uint32_t with = BPF_SRC(at->code) == BPF_X ? machine->x : at->k;
    bool taken = BPF_OP(at->code) == BPF_JEQ   ? machine->a == with
                 : BPF_OP(at->code) == BPF_JGT ? machine->a > with
                 : BPF_OP(at->code) == BPF_JGE ? machine->a >= with
                                               : (machine->a & with) != 0;
    return BPF_OP(at->code) == BPF_JA ? at->k : taken ? at->jt : at->jf;
}

/* One that neither jumps nor returns. */
static bool step(struct machine *machine, const struct sock_filter *at, const struct foreseen_call *call)
{
    uint32_t *target = BPF_CLASS(at->code) == BPF_LDX ? &machine->x : &machine->a;
    switch (BPF_CLASS(at->code)) {
    case BPF_LD:
    case BPF_LDX:
        if (BPF_MODE(at->code) == BPF_ABS)
            return load(call, at->k, target);
        if (BPF_MODE(at->code) == BPF_MEM && at->k >= BPF_MEMWORDS)
            return false;
        *target = BPF_MODE(at->code) == BPF_LEN   ? (uint32_t)sizeof call->data
                  : BPF_MODE(at->code) == BPF_MEM ? machine->memory[at->k]
                                                  : at->k;
        return true;
    case BPF_ST:
    case BPF_STX:
        if (at->k >= BPF_MEMWORDS)
            return false;
        machine->memory[at->k] = BPF_CLASS(at->code) == BPF_ST ? machine->a : machine->x;
        return true;
    case BPF_MISC:
        *(BPF_MISCOP(at->code) == BPF_TAX ? &machine->x : &machine->a) =
            BPF_MISCOP(at->code) == BPF_TAX ? machine->a : machine->x;
        return true;
    }
    return calculate(machine, at->code, at->k);
}

bool classic_bpf_answer(const struct sock_fprog *filter, const struct foreseen_call *call, unsigned *answer)
{
    struct machine machine = {0};
    for (uint32_t i = 0; i < filter->len; i++) {
        const struct sock_filter *at = &filter->filter[i];
        if (BPF_CLASS(at->code) == BPF_RET) {
            *answer = BPF_RVAL(at->code) == BPF_A ? machine.a : at->k;
            return true;
        }
        uint32_t over = BPF_CLASS(at->code) == BPF_JMP ? jump(&machine, at) : 0;
        if (over >= filter->len - i || (BPF_CLASS(at->code) != BPF_JMP && !step(&machine, at, call)))
            return false;
        i += over;
    }
    return false;
}
