/*
 * trampoline: hooked functions as tail calls: the exported name jumps on, with no frame of ours in between.
 *
 * A C function in front of them could not pass on what they were given: execl's list of arguments, the caller's
 * address, which tells dlopen where to look, or syscall's vfork, which returns twice. So the exported name is a few
 * instructions that jump on to what trampoline_choose() picks: the next definition, or a function of ours that takes
 * the same arguments. They are in a file for each machine, trampoline_*.S.
 */
#ifndef PRELOAD_LIBRARY_TRAMPOLINE_H
#define PRELOAD_LIBRARY_TRAMPOLINE_H

#include "preload/library/trampoline_numbers.h"

/*
 * Called by the exported functions with their number, their first two arguments and their caller: where to jump
 * to. Asked for each execl, each dlopen with RTLD_DEEPBIND and each syscall that may be one of the hooked, else
 * once a process.
 */
void *trampoline_choose(int id, long first, long second, const void *caller);

#endif
