/*
 * say: the one place where the command's modules write a message for people.
 *
 * Called by every module of preload/command. It only writes to stderr.
 */
#ifndef PRELOAD_COMMAND_SAY_H
#define PRELOAD_COMMAND_SAY_H

/* `tcpalive: WHAT 'OBJECT': WHY` and a newline on stderr, in one write. No quotes when `object` is NULL. */
void say(const char *what, const char *object, const char *why);

#endif
