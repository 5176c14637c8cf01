/*
 * tail: hooked functions that are entered by a jump and left by a jump, with no frame of ours in between.
 *
 * A C function in front of them could not pass on what they were given: execl's list of arguments, the caller's address,
 * which tells dlopen where to look, or syscall's vfork, which returns twice. So the exported name is a few instructions that
 * jump on to what tail_choose() picks: the next definition, or a function of ours that takes the same arguments.
 */
#ifndef PRELOAD_LIBRARY_TRAMPOLINE_H
#define PRELOAD_LIBRARY_TRAMPOLINE_H

enum tail_id { TAIL_syscall, TAIL_dlopen, TAIL_execl, TAIL_execle, TAIL_execlp };

/*
 * Called by the exported functions with their first two arguments and their caller: where to jump to. Asked for each
 * execl, each dlopen with RTLD_DEEPBIND and each syscall that may be about a socket, else once a process.
 */
void *tail_choose(enum tail_id id, long first, long second, const void *caller);

#endif
