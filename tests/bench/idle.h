/* Sockets and connections that are only there, for micro. */
#ifndef TESTS_BENCH_IDLE_H
#define TESTS_BENCH_IDLE_H

/* As many sockets as one process may open are its own, the rest its children's, which end with it. */
void idle_open(long count);

/* Opens connections, a child has the other ends; says `ready` and waits until stdin ends. */
void idle_hold(long connections);

#endif
