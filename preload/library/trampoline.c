#include "preload/library/trampoline.h"
#include "preload/library/deepbind.h"
#include "preload/library/follow.h"
#include "preload/library/real.h"
#include "preload/library/start.h"
#include "preload/library/syscalls.h"
#include <dlfcn.h>
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where the two that are called often jump to, once that is known; until then they ask trampoline_choose. */
__attribute__((used)) void *trampoline_target[TRAMPOLINE_dlopen + 1];

#define TEXT_OF(value) #value
#define TEXT(value)    TEXT_OF(value)

/* RTLD_DEEPBIND is glibc's; musl ignores the bit. */
#define DEEP "8"

/* FUNCTION(name, its number in enum trampoline_id, the fast way in front: NEXT, unless 2f asks) */
#define FUNCTIONS(FUNCTION)                                                                                            \
    FUNCTION("syscall", "0", ABOUT_SOCKETS NEXT("0"))                                                                  \
    FUNCTION("dlopen", "1", OPENS_DEEPLY NEXT("1"))                                                                    \
    FUNCTION("execl", "2", "")                                                                                         \
    FUNCTION("execle", "3", "")                                                                                        \
    FUNCTION("execlp", "4", "")

#define BEGIN(name, fast) ".globl " name "\n.type " name ", %function\n" name ":\n.cfi_startproc\n" fast "2:\n"
#define END(name)         ".cfi_endproc\n.size " name ", .-" name "\n"

#if defined(__x86_64__)

/* From socket to setsockopt the numbers stand in a row, with harmless ones in between. */
#define ABOUT_SOCKETS                                                                                                  \
    "lea -" TEXT(SYS_socket) "(%rdi), %r11\ncmp $" TEXT(SYS_setsockopt) "-" TEXT(                                      \
        SYS_socket) ", %r11\njbe 2f\n"                                                                                 \
                    "lea -" TEXT(SYS_accept4) "(%rdi), %r11\ncmp $" TEXT(SYS_sendmmsg) "-" TEXT(                       \
                        SYS_accept4) ", %r11\njbe 2f\n"
#define OPENS_DEEPLY "test $" DEEP ", %sil\njnz 2f\n"

/* Keeps what a call may take in registers; the eighth word aligns the stack. */
#define NEXT(id) "mov 8*" id "+trampoline_target(%rip), %r11\ntest %r11, %r11\njz 2f\njmp *%r11\n"
#define FUNCTION(name, id, fast)                                                                                       \
    BEGIN(name, fast)                                                                                                  \
    "push %rax\npush %rdi\npush %rsi\npush %rdx\npush %rcx\npush %r8\npush %r9\n.cfi_adjust_cfa_offset 56\n"           \
    "mov %rsi, %rdx\nmov %rdi, %rsi\nmov $" id ", %edi\nmov 56(%rsp), %rcx\ncall trampoline_choose\nmov %rax, %r11\n"  \
    "pop %r9\npop %r8\npop %rcx\npop %rdx\npop %rsi\npop %rdi\npop %rax\n.cfi_adjust_cfa_offset -56\n"                 \
    "jmp *%r11\n" END(name)

#elif defined(__i386__)

#define ABOUT_SOCKETS                                                                                                  \
    "mov 4(%esp), %eax\ncmp $" TEXT(                                                                                   \
        SYS_socketcall) ", %eax\nje 2f\n"                                                                              \
                        "lea -" TEXT(SYS_socket) "(%eax), %ecx\ncmp $" TEXT(SYS_shutdown) "-" TEXT(                    \
                            SYS_socket) ", %ecx\njbe 2f\n"                                                             \
                                        "cmp $" TEXT(SYS_recvmmsg) ", %eax\nje 2f\ncmp $" TEXT(                        \
                                            SYS_sendmmsg) ", %eax\nje 2f\n"
#define OPENS_DEEPLY "testb $" DEEP ", 8(%esp)\njnz 2f\n"

#define NEXT(id)                                                                                                       \
    "call 1f\n1: pop %ecx\nadd $_GLOBAL_OFFSET_TABLE_+(.-1b), %ecx\n"                                                  \
    "mov 4*" id "+trampoline_target@GOTOFF(%ecx), %ecx\ntest %ecx, %ecx\njz 2f\njmp *%ecx\n"
#define FUNCTION(name, id, fast)                                                                                       \
    BEGIN(name, fast)                                                                                                  \
    "sub $12, %esp\n.cfi_adjust_cfa_offset 12\n"                                                                       \
    "pushl 12(%esp)\npushl 24(%esp)\npushl 24(%esp)\npushl $" id "\n.cfi_adjust_cfa_offset 16\n"                       \
    "call trampoline_choose\nadd $28, %esp\n.cfi_adjust_cfa_offset -28\njmp *%eax\n" END(name)

#elif defined(__aarch64__)

#define ABOUT_SOCKETS                                                                                                  \
    "sub x16, x0, #" TEXT(SYS_socket) "\ncmp x16, #" TEXT(SYS_recvmsg) "-" TEXT(                                       \
        SYS_socket) "\nb.ls 2f\n"                                                                                      \
                    "cmp x0, #" TEXT(SYS_accept4) "\nb.eq 2f\ncmp x0, #" TEXT(                                         \
                        SYS_recvmmsg) "\nb.eq 2f\n"                                                                    \
                                      "cmp x0, #" TEXT(SYS_sendmmsg) "\nb.eq 2f\n"
#define OPENS_DEEPLY "tbnz w1, #3, 2f\n"

#define NEXT(id)                                                                                                       \
    "adrp x16, trampoline_target\nadd x16, x16, :lo12:trampoline_target\nldr x16, [x16, #8*" id                        \
    "]\ncbz x16, 2f\nbr x16\n"
#define FUNCTION(name, id, fast)                                                                                       \
    BEGIN(name, fast)                                                                                                  \
    "stp x29, x30, [sp, #-80]!\n.cfi_adjust_cfa_offset 80\n.cfi_rel_offset x29, 0\n.cfi_rel_offset x30, 8\n"           \
    "stp x0, x1, [sp, #16]\nstp x2, x3, [sp, #32]\nstp x4, x5, [sp, #48]\nstp x6, x7, [sp, #64]\n"                     \
    "mov x3, x30\nmov x2, x1\nmov x1, x0\nmov w0, #" id "\nbl trampoline_choose\nmov x16, x0\n"                        \
    "ldp x0, x1, [sp, #16]\nldp x2, x3, [sp, #32]\nldp x4, x5, [sp, #48]\nldp x6, x7, [sp, #64]\n"                     \
    "ldp x29, x30, [sp], #80\n.cfi_adjust_cfa_offset -80\n.cfi_restore x29\n.cfi_restore x30\nbr x16\n" END(name)

#endif

__asm__(".text\n" FUNCTIONS(FUNCTION));

/* For a program that found our name where the C library has none. */
static long no_such_function(void)
{
    errno = ENOSYS;
    return -1;
}

static void *no_such_object(void)
{
    return NULL;
}

static void *next(enum real_id id)
{
    void *address = real_find(id);
    if (!address)
        return id == REAL_dlopen ? (void *)no_such_object : (void *)no_such_function;
    return address;
}

void *trampoline_choose(enum trampoline_id id, long first, long second, const void *caller)
{
    static const uint8_t real[] = {REAL_syscall, REAL_dlopen, REAL_execl, REAL_execle, REAL_execlp};
    int saved_errno = errno;
    bool ours = id == TRAMPOLINE_syscall ? syscalls_concern(first) : id != TRAMPOLINE_dlopen || second & RTLD_DEEPBIND;
    /* Allocators call syscall while they are not ready yet: what is not ours to see must not start anything. */
    const struct policy *policy = ours ? start_policy() : NULL;
    void *target = next(real[id]);
    if (id <= TRAMPOLINE_dlopen)
        __atomic_store_n(&trampoline_target[id], target, __ATOMIC_RELAXED);
    if (policy && id == TRAMPOLINE_syscall)
        target = syscalls_make;
    else if (policy && id == TRAMPOLINE_dlopen && deepbind_concerns((const char *)first, (int)second, caller))
        target = deepbind_open;
    else if (policy && policy->follow && id > TRAMPOLINE_dlopen)
        target = id == TRAMPOLINE_execl    ? (void *)follow_execl
                 : id == TRAMPOLINE_execle ? (void *)follow_execle
                                           : (void *)follow_execlp;
    errno = saved_errno;
    return target;
}
