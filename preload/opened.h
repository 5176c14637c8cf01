/*
 * opened: was a connection made by connect or by accept? The kernel keeps no such thing, but its counters tell.
 *
 * Whoever connects has had a SYN of its own acknowledged, which RFC 4898's octets acknowledged count and the octets
 * sent do not; on the accepted end the two agree. It only asks, and holds on Linux from 4.19 on.
 */
#ifndef PRELOAD_OPENED_H
#define PRELOAD_OPENED_H

enum opened { OPENED_UNKNOWN, OPENED_BY_CONNECT, OPENED_BY_ACCEPT };

/*
 * OPENED_UNKNOWN for what is no live TCP connection, and where the counters do not agree: data sent with a refused TCP
 * Fast Open, MPTCP with data waiting, a connection restored from a checkpoint.
 */
enum opened opened_by(int fd);

#endif
