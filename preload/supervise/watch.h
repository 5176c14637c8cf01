/*
 * watch: what the server asks the guardian to look after.
 *
 * Used by both, over what they share. Asking never waits: where too much is asked at once, some of it is dropped.
 */
#ifndef PRELOAD_SUPERVISE_WATCH_H
#define PRELOAD_SUPERVISE_WATCH_H

#include "preload/supervise/shared.h"

/* Milliseconds of CLOCK_MONOTONIC. */
int64_t watch_now_ms(void);

/* The eventfd(2) on which a guardian that sleeps is woken; and the server does so. */
void watch_wake_by(int event);
void watch_wake(struct shared *shared);

/* The server: a process is to be looked through from now on, for these reasons (enum watch_why) and those of before. */
void watch_ask(struct shared *shared, pid_t process, unsigned why);

/* The server: a listener whose connections are decided one by one. */
void watch_listener_inode(struct shared *shared, uint64_t inode);

/* The guardian: takes what was asked for into the list, and forgets processes that have ended. True when one had. */
bool watch_take(struct shared *shared);

/* The guardian: adds one. False when it has ended. */
bool watch_add(struct shared *shared, pid_t process, unsigned why);

#endif
