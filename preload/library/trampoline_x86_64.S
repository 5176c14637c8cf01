/* trampoline.h on x86_64. %r11 is nobody's between caller and called. */
#if defined(__x86_64__)

#include "preload/library/trampoline_numbers.h"
#include <asm/unistd.h>

    .text

/* trampoline_target[id], or on to 2 while it is not known. */
.macro NEXT id
    mov 8 * \id + trampoline_target(%rip), %r11
    test %r11, %r11
    jz 2f
    jmp *%r11
.endm

/* Keeps all registers that a call may take its arguments in; the eighth word aligns the stack. */
.macro CHOOSE id
2:
    push %rax
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push %r8
    push %r9
    .cfi_adjust_cfa_offset 56
    mov %rsi, %rdx
    mov %rdi, %rsi
    mov $\id, %edi
    mov 56(%rsp), %rcx
    call trampoline_choose
    mov %rax, %r11
    pop %r9
    pop %r8
    pop %rcx
    pop %rdx
    pop %rsi
    pop %rdi
    pop %rax
    .cfi_adjust_cfa_offset -56
    jmp *%r11
.endm

/* From socket to setsockopt the numbers stand in a row, and from accept4 to sendmmsg, with harmless ones in between. */
.macro ASK_SYSCALL
    lea -__NR_socket(%rdi), %r11
    cmp $__NR_setsockopt - __NR_socket, %r11
    jbe 2f
    lea -__NR_accept4(%rdi), %r11
    cmp $__NR_execveat - __NR_accept4, %r11
    jbe 2f
    cmp $__NR_prctl, %rdi
    je 2f
    cmp $__NR_execve, %rdi
    je 2f
.endm

.macro ASK_DEEPBIND
    test $TRAMPOLINE_DEEPBIND, %sil
    jnz 2f
.endm

#include "preload/library/trampoline_functions.inc"

#endif

    .section .note.GNU-stack, "", %progbits
