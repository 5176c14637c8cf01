/*
 * trampoline: hooked functions as tail calls: the exported name jumps on, with no frame of ours in between.
 *
 * A C function in front of them could not pass on what they were given: execl's list of arguments, the caller's address,
 * which tells dlopen where to look, or syscall's vfork, which returns twice. So the exported name is a few instructions that
 * jump on to what trampoline_choose() picks: the next definition, or a function of ours that takes the same arguments.
 */
#ifndef PRELOAD_LIBRARY_TRAMPOLINE_H
#define PRELOAD_LIBRARY_TRAMPOLINE_H

enum trampoline_id { TRAMPOLINE_syscall, TRAMPOLINE_dlopen, TRAMPOLINE_execl, TRAMPOLINE_execle, TRAMPOLINE_execlp };

/*
 * Called by the exported functions with their first two arguments and their caller: where to jump to. Asked for each
 * execl, each dlopen with RTLD_DEEPBIND and each syscall that may be about a socket, else once a process.
 */
void *trampoline_choose(enum trampoline_id id, long first, long second, const void *caller);

#endif
