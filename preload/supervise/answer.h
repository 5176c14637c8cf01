/*
 * answer: the program's own setsockopt calls on keepalive, as TCPALIVE_MODE says.
 *
 * Used by the server. It notes what the mode may leave to the program, and answers for sockets that are under the
 * policy by then, and for no other: what it may not reach or does not know keeps what the program asks for, and a wrong
 * call gets the kernel's own error.
 */
#ifndef PRELOAD_SUPERVISE_ANSWER_H
#define PRELOAD_SUPERVISE_ANSWER_H

#include "preload/remote/cover.h"
#include "preload/supervise/calls.h"

/* A SUPERVISE_CALL_SETSOCKOPT of `thread`, on `fd`'s socket: true when it shall succeed without being made. */
bool supervise_answers(struct cover *cover, struct notes *notes, pid_t thread, const struct supervise_call *call,
                       int fd);

#endif
