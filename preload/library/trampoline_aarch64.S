/* trampoline.h on aarch64. x16 is nobody's between caller and called. */
#if defined(__aarch64__)

#include "preload/library/trampoline_numbers.h"
#include <asm/unistd.h>

    .text

/* trampoline_target[id], or on to 2 while it is not known. */
.macro NEXT id
    adrp x16, trampoline_target
    add x16, x16, :lo12:trampoline_target
    ldr x16, [x16, #8 * \id]
    cbz x16, 2f
    br x16
.endm

/* Keeps all registers that a call may take its arguments in. */
.macro CHOOSE id
2:
    stp x29, x30, [sp, #-80]!
    .cfi_adjust_cfa_offset 80
    .cfi_rel_offset x29, 0
    .cfi_rel_offset x30, 8
    stp x0, x1, [sp, #16]
    stp x2, x3, [sp, #32]
    stp x4, x5, [sp, #48]
    stp x6, x7, [sp, #64]
    mov x3, x30
    mov x2, x1
    mov x1, x0
    mov w0, #\id
    bl trampoline_choose
    mov x16, x0
    ldp x0, x1, [sp, #16]
    ldp x2, x3, [sp, #32]
    ldp x4, x5, [sp, #48]
    ldp x6, x7, [sp, #64]
    ldp x29, x30, [sp], #80
    .cfi_adjust_cfa_offset -80
    .cfi_restore x29
    .cfi_restore x30
    br x16
.endm

.macro ASK_AT number
    cmp x0, #\number
    b.eq 2f
.endm

/* From socket to execve the numbers stand in a row, with harmless ones in between. */
.macro ASK_SYSCALL
    sub x16, x0, #__NR_socket
    cmp x16, #__NR_execve - __NR_socket
    b.ls 2f
    ASK_AT __NR_accept4
    ASK_AT __NR_recvmmsg
    ASK_AT __NR_sendmmsg
    ASK_AT __NR_prctl
    ASK_AT __NR_seccomp
    ASK_AT __NR_execveat
.endm

.macro ASK_DEEPBIND
    tbnz w1, #3, 2f /* the bit of TRAMPOLINE_DEEPBIND */
.endm

#include "preload/library/trampoline_functions.inc"

#endif

    .section .note.GNU-stack, "", %progbits
