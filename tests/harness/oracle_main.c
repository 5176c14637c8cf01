/*
 * oracle PID [FD]: the TCP sockets of a process and its descendants, or one descriptor, one line each. For labs that
 * are shell scripts. Exit 0 when something was printed, 1 when there was nothing, 2 for wrong usage.
 */
#include "oracle.h"
#include <stdlib.h>

int main(int argc, char **argv)
{
    static struct oracle_socket seen[4096];
    if (argc < 2 || argc > 3) {
        fputs("usage: oracle PID [FD]\n", stderr);
        return 2;
    }
    ssize_t count;
    if (argc == 3)
        count = oracle_read(atoi(argv[1]), atoi(argv[2]), seen) == 0;
    else
        count = oracle_tree(atoi(argv[1]), seen, sizeof seen / sizeof *seen);
    if (count < 0)
        perror("oracle");
    for (ssize_t i = 0; i < count; i++)
        oracle_print(stdout, &seen[i]);
    return count > 0 ? 0 : 1;
}
