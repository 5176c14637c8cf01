/* trampoline.h on i386: arguments on the stack; %eax and %ecx are nobody's between caller and called. */
#if defined(__i386__)

#include "preload/library/trampoline_numbers.h"
#include <asm/unistd.h>

    .text

/* trampoline_target[id], or on to 2 while it is not known. */
.macro NEXT id
    call 1f
1:
    pop %ecx
    add $_GLOBAL_OFFSET_TABLE_ + (. - 1b), %ecx
    mov 4 * \id + trampoline_target@GOTOFF(%ecx), %ecx
    test %ecx, %ecx
    jz 2f
    jmp *%ecx
.endm

/* The three words below the arguments align the stack. */
.macro CHOOSE id
2:
    sub $12, %esp
    .cfi_adjust_cfa_offset 12
    pushl 12(%esp)
    pushl 24(%esp)
    pushl 24(%esp)
    pushl $\id
    .cfi_adjust_cfa_offset 16
    call trampoline_choose
    add $28, %esp
    .cfi_adjust_cfa_offset -28
    jmp *%eax
.endm

.macro ASK_AT number
    cmp $\number, %eax
    je 2f
.endm

.macro ASK_SYSCALL
    mov 4(%esp), %eax
    ASK_AT __NR_socketcall
    lea -__NR_socket(%eax), %ecx
    cmp $__NR_shutdown - __NR_socket, %ecx
    jbe 2f
    ASK_AT __NR_recvmmsg
    ASK_AT __NR_sendmmsg
    ASK_AT __NR_prctl
    ASK_AT __NR_seccomp
    ASK_AT __NR_execve
    ASK_AT __NR_execveat
.endm

.macro ASK_DEEPBIND
    testb $TRAMPOLINE_DEEPBIND, 8(%esp)
    jnz 2f
.endm

#include "preload/library/trampoline_functions.inc"

#endif

    .section .note.GNU-stack, "", %progbits
