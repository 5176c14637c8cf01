/*
 * network_class: would a duplicate of a process's socket change how its packets are treated?
 *
 * Control groups of version 1 can tag sockets for firewalls and traffic shaping (net_cls, net_prio). The kernel gives a
 * socket the class of whoever receives it, by pidfd_getfd(2) as well, and keeps that: rules that match the program's
 * class stop matching. It only reads.
 */
#ifndef PRELOAD_REMOTE_NETWORK_CLASS_H
#define PRELOAD_REMOTE_NETWORK_CLASS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * True also where the classes cannot be compared. False where no such control groups exist: one look at the first call.
 */
bool network_class_differs(pid_t pid);

/* A number that is another one once a thread has entered other control groups; 0 where no such ones exist. */
uint64_t network_class_place(pid_t thread);

#endif
