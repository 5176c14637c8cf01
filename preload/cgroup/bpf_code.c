#include "preload/cgroup/bpf_code.h"

static struct bpf_insn *add(struct bpf_code *code, int operation, int to, int from, int64_t offset, int32_t value)
{
    static struct bpf_insn dropped;
    code->broken = code->broken || code->count == BPF_CODE_MAX || offset < INT16_MIN || offset > INT16_MAX;
    if (code->broken)
        return &dropped;
    struct bpf_insn *next = &code->at[code->count++];
    *next = (struct bpf_insn){
        .code = (uint8_t)operation, .dst_reg = to & 0xf, .src_reg = from & 0xf, .off = (int16_t)offset, .imm = value};
    return next;
}

/* Until its place is known, each jump to a label holds the distance to the one before it; 0: it is the first. */
static void add_jump(struct bpf_code *code, int operation, int reg, int other, uint32_t value, struct bpf_label *label)
{
    int64_t here = (int64_t)code->count, offset = 0;
    if (label->place)
        offset = (int64_t)label->place - 1 - (here + 1);
    else if (label->last_jump)
        offset = here - ((int64_t)label->last_jump - 1);
    add(code, operation, reg, other, offset, (int32_t)value);
    label->last_jump = (size_t)here + 1;
}

void bpf_code_here(struct bpf_code *code, struct bpf_label *label)
{
    label->place = code->count + 1;
    for (int64_t jump = (int64_t)label->last_jump - 1; jump >= 0 && !code->broken;) {
        int64_t before = code->at[jump].off, offset = (int64_t)code->count - (jump + 1);
        code->broken = offset > INT16_MAX;
        code->at[jump].off = (int16_t)offset;
        jump = before ? jump - before : -1;
    }
}

void bpf_code_load(struct bpf_code *code, int size, int to, int from, size_t offset)
{
    add(code, BPF_LDX | BPF_MEM | size, to, from, (int64_t)offset, 0);
}

void bpf_code_store(struct bpf_code *code, int to, int offset, int from)
{
    add(code, BPF_STX | BPF_MEM | BPF_W, to, from, offset, 0);
}

void bpf_code_copy(struct bpf_code *code, int to, int from)
{
    add(code, BPF_ALU64 | BPF_MOV | BPF_X, to, from, 0, 0);
}

void bpf_code_set(struct bpf_code *code, int to, int32_t value)
{
    add(code, BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value);
}

/* Two instructions long. BPF_IMM is 0, as is BPF_K below. */
void bpf_code_map(struct bpf_code *code, int to, int map)
{
    add(code, BPF_LD | BPF_DW, to, BPF_PSEUDO_MAP_FD, 0, map);
    add(code, 0, 0, 0, 0, 0);
}

/* The second instruction holds the offset: BPF_PSEUDO_MAP_VALUE in linux/bpf.h. */
void bpf_code_map_value(struct bpf_code *code, int to, int map, size_t offset)
{
    add(code, BPF_LD | BPF_DW, to, BPF_PSEUDO_MAP_VALUE, 0, map);
    add(code, 0, 0, 0, 0, (int32_t)offset);
}

/* What newer headers call BPF_ATOMIC with BPF_ADD. */
void bpf_code_count(struct bpf_code *code, int to)
{
    bpf_code_set(code, BPF_REG_2, 1);
    add(code, BPF_STX | BPF_XADD | BPF_DW, to, BPF_REG_2, 0, 0);
}

void bpf_code_add(struct bpf_code *code, int to, int32_t value)
{
    add(code, BPF_ALU64 | BPF_ADD, to, 0, 0, value);
}

void bpf_code_and(struct bpf_code *code, int to, uint32_t value)
{
    add(code, BPF_ALU | BPF_AND | BPF_K, to, 0, 0, (int32_t)value);
}

void bpf_code_or(struct bpf_code *code, int to, uint32_t value)
{
    add(code, BPF_ALU | BPF_OR | BPF_K, to, 0, 0, (int32_t)value);
}

void bpf_code_from_network(struct bpf_code *code, int to)
{
    add(code, BPF_ALU | BPF_END | BPF_TO_BE, to, 0, 0, 32);
}

void bpf_code_call(struct bpf_code *code, int helper)
{
    add(code, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

void bpf_code_exit(struct bpf_code *code, int32_t result)
{
    bpf_code_set(code, BPF_REG_0, result);
    add(code, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

void bpf_code_jump(struct bpf_code *code, struct bpf_label *label)
{
    add_jump(code, BPF_JMP | BPF_JA, 0, 0, 0, label);
}

void bpf_code_jump_if(struct bpf_code *code, int reg, int comparison, uint32_t value, struct bpf_label *label)
{
    add_jump(code, BPF_JMP32 | comparison | BPF_K, reg, 0, value, label);
}

void bpf_code_jump_if_reg(struct bpf_code *code, int reg, int comparison, int other, struct bpf_label *label)
{
    add_jump(code, BPF_JMP | comparison | BPF_X, reg, other, 0, label);
}

void bpf_code_jump_if_null(struct bpf_code *code, int reg, struct bpf_label *label)
{
    add_jump(code, BPF_JMP | BPF_JEQ | BPF_K, reg, 0, 0, label);
}
