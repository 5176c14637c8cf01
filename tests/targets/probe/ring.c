/* io_uring: socket, accept and connect that no library function sees. Raw system calls, one entry at a time. */
#include "probe.h"
#include <linux/io_uring.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_io_uring_setup /* the same on every architecture */
#define SYS_io_uring_setup 425
#define SYS_io_uring_enter 426
#endif

enum { OPERATION_SOCKET = 45 }; /* IORING_OP_SOCKET, Linux 5.19 */

struct ring {
    int fd;
    struct io_uring_params parameters;
    char *submissions, *completions;
    struct io_uring_sqe *entries;
};

static void open_ring(struct ring *ring)
{
    memset(ring, 0, sizeof *ring);
    ring->fd = (int)syscall(SYS_io_uring_setup, 4, &ring->parameters);
    if (ring->fd < 0) {
        puts("unavailable");
        exit(0);
    }
    const struct io_sqring_offsets *in = &ring->parameters.sq_off;
    const struct io_cqring_offsets *out = &ring->parameters.cq_off;
    size_t in_size = in->array + ring->parameters.sq_entries * sizeof(uint32_t);
    size_t out_size = out->cqes + ring->parameters.cq_entries * sizeof(struct io_uring_cqe);
    int flags = MAP_SHARED | MAP_POPULATE, rights = PROT_READ | PROT_WRITE;
    ring->submissions = mmap(NULL, in_size, rights, flags, ring->fd, IORING_OFF_SQ_RING);
    ring->completions = mmap(NULL, out_size, rights, flags, ring->fd, IORING_OFF_CQ_RING);
    ring->entries =
        mmap(NULL, ring->parameters.sq_entries * sizeof *ring->entries, rights, flags, ring->fd, IORING_OFF_SQES);
    if (ring->submissions == MAP_FAILED || ring->completions == MAP_FAILED || ring->entries == MAP_FAILED)
        probe_wrong("ring");
}

static uint32_t *number_at(char *base, uint32_t offset)
{
    return (uint32_t *)(void *)(base + offset);
}

/* Submits one entry and waits for it: the result, or a negative errno. */
static int ring_does(struct ring *ring, const struct io_uring_sqe *entry)
{
    const struct io_sqring_offsets *in = &ring->parameters.sq_off;
    const struct io_cqring_offsets *out = &ring->parameters.cq_off;
    uint32_t tail = *number_at(ring->submissions, in->tail);
    uint32_t slot = tail & *number_at(ring->submissions, in->ring_mask);
    ring->entries[slot] = *entry;
    number_at(ring->submissions, in->array)[slot] = slot;
    __atomic_store_n(number_at(ring->submissions, in->tail), tail + 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
        return -errno;
    uint32_t head = *number_at(ring->completions, out->head);
    struct io_uring_cqe *all = (struct io_uring_cqe *)(void *)(ring->completions + out->cqes);
    int result = all[head & *number_at(ring->completions, out->ring_mask)].res;
    __atomic_store_n(number_at(ring->completions, out->head), head + 1, __ATOMIC_RELEASE);
    return result;
}

/* A client that the kernel hears of through the ring alone. */
static int ring_makes_socket(struct ring *ring)
{
    struct io_uring_sqe making = {.opcode = OPERATION_SOCKET, .fd = AF_INET, .off = SOCK_STREAM};
    int fd = ring_does(ring, &making);
    if (fd < 0) {
        puts("unavailable");
        exit(0);
    }
    return fd;
}

void probe_ring(char **arguments)
{
    struct ring ring;
    struct probe_place place = probe_place("inet");
    const char *what = arguments[0] ? arguments[0] : "";
    open_ring(&ring);
    int listener = probe_listener(&place);
    bool alone = strcmp(what, "client") == 0;
    int client = alone ? ring_makes_socket(&ring) : (int)CALL("socket", socket(AF_INET, SOCK_STREAM, 0));
    probe_shows("client", client);
    struct io_uring_sqe connecting = {
        .opcode = IORING_OP_CONNECT, .fd = client, .addr = (uintptr_t)&place.address, .off = place.size};
    struct io_uring_sqe accepting = {.opcode = IORING_OP_ACCEPT, .fd = listener};
    if (alone || strcmp(what, "connect") == 0) {
        printf("ring connect %d\n", ring_does(&ring, &connecting));
    } else if (strcmp(what, "accept") == 0) {
        CALL("connect", connect(client, (struct sockaddr *)&place.address, place.size));
        int accepted = ring_does(&ring, &accepting);
        printf("ring accept %d\n", accepted);
        probe_shows("accepted", accepted);
    } else {
        probe_wrong("operation");
    }
}
