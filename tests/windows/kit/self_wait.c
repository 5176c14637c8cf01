/* The program under test that is attached to while it runs: what stands in the way, and when all is covered. */
#include "run.h"
#include "self.h"
#include <string.h>

enum { CROWD = 200, LOADERS = 4, LOOK_MS = 100, LOOKS = 100 };

static SOCKET sockets[CROWD];
static int count;

static void add_sockets(int number)
{
    while (number--)
        sockets[count++] = tcp_socket();
}

static DWORD WINAPI load_and_unload(void *first)
{
    static const char *const names[] = {"winmm.dll",    "crypt32.dll", "winhttp.dll", "dbghelp.dll",
                                        "setupapi.dll", "dnsapi.dll",  "netapi32.dll"};
    for (size_t i = (size_t)first;; i++) {
        HMODULE module = LoadLibraryA(names[i % (sizeof names / sizeof *names)]);
        if (module)
            FreeLibrary(module);
    }
    return 0;
}

static DWORD WINAPI take_one(void *from)
{
    SOCKET s = accept((SOCKET)from, NULL, NULL);
    sockets[0] = s;
    return 0;
}

/* In accept since before, and connected to once the word is given; then its socket is looked at as well. */
static int accept_port;
static HANDLE accepting;

static void begin_accept(void)
{
    SOCKET from = listener(&accept_port);
    sockets[count++] = INVALID_SOCKET;
    sockets[count++] = from;
    accepting = CreateThread(NULL, 0, take_one, (void *)from, 0, NULL);
}

static void end_accept(void)
{
    struct sockaddr_in name = loopback(accept_port);
    if (!accepting)
        return;
    add_sockets(1);
    connect(sockets[count - 1], (struct sockaddr *)&name, sizeof name);
    wait_for(accepting, 5000);
}

static void prepare(const char *kind)
{
    if (strcmp(kind, "pipe") == 0)
        pipe_being_read();
    if (strcmp(kind, "console") == 0 && console_being_read() == INVALID_HANDLE_VALUE)
        ExitProcess(SELF_NO_CONSOLE);
    if (strcmp(kind, "accept") == 0)
        begin_accept();
    add_sockets(strcmp(kind, "pipe") == 0 ? CROWD : 1);
    for (size_t i = 0; strcmp(kind, "unload") == 0 && i < LOADERS; i++)
        CreateThread(NULL, 0, load_and_unload, (void *)i, 0, NULL);
}

static bool is_covered(SOCKET s, long idle)
{
    long seen = tcp_option(s, OPTION_IDLE);
    return keepalive_of(s) == 1 && (seen == idle || seen < 0);
}

static bool all_covered(long idle)
{
    for (int i = 0; i < count; i++)
        if (!is_covered(sockets[i], idle))
            return false;
    return true;
}

/* The threads that wait for ever end with the process. */
void self_wait(const char *kind, long idle)
{
    HANDLE go = OpenEventA(SYNCHRONIZE, FALSE, GO_EVENT);
    bool covered = false;
    prepare(kind);
    tell(READY_EVENT);
    wait_for(go, STEP_LIMIT_MS / 2);
    end_accept();
    for (int look = 0; look < (is_wine() ? 4 : 1) * LOOKS && !(covered = all_covered(idle)); look++)
        Sleep(LOOK_MS);
    TerminateProcess(GetCurrentProcess(), covered ? SELF_COVERED : 1);
}
