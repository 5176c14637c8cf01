/* inet_pton() and inet_ntop() under their POSIX name, for tests of core that are built for Windows. */
#include <ws2tcpip.h>
