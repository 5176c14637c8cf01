#include "silent.h"
#include "winhook/apply.h"

/* Ten probes a second apart are the most that stand between a loss and its telling (Microsoft: SIO_KEEPALIVE_VALS). */
enum { PROBES = 10, INTERVAL_MS = 1000, SURE_MS = (PROBES + 2) * INTERVAL_MS, CONNECT_MS = 10000 };

void silent_close(struct silent *silent)
{
    if (silent->s != INVALID_SOCKET)
        closesocket(silent->s);
    silent->s = INVALID_SOCKET;
}

int silent_open(struct silent *silent, const struct sockaddr *address, int length, int32_t idle)
{
    const struct plan plan = {
        .covered = true,
        .keepalive = true,
        .set = 1 << SETTING_IDLE | 1 << SETTING_INTERVAL | 1 << SETTING_PROBES,
        .value = {[SETTING_IDLE] = idle, [SETTING_INTERVAL] = INTERVAL_MS, [SETTING_PROBES] = PROBES}};
    u_long on = 1;
    *silent = (struct silent){.s = socket(address->sa_family, SOCK_STREAM, IPPROTO_TCP), .began = GetTickCount64()};
    if (silent->s == INVALID_SOCKET)
        return WSAGetLastError();
    int error = apply_plan(silent->s, &plan);
    if (!error && ioctlsocket(silent->s, FIONBIO, &on))
        error = WSAGetLastError();
    if (!error && connect(silent->s, address, length) && WSAGetLastError() != WSAEWOULDBLOCK)
        error = WSAGetLastError();
    return error;
}

static void lose(struct silent *silent, struct trial *trial, enum trial_outcome how)
{
    int64_t silence = (int64_t)(GetTickCount64() - silent->quiet_since);
    silent_close(silent);
    if (trial->outcome == TRIAL_HELD) {
        trial->later = how;
        return;
    }
    trial->outcome = how;
    /* Nobody tells whether its probe was answered before: when it was closed is known. */
    trial->unprobed = how == TRIAL_CLOSED || (how == TRIAL_RESET && silence + INTERVAL_MS / 2 < trial->silence);
    trial->lost_at = trial->unprobed ? (int32_t)silence : trial->silence;
}

/* Is it there yet? Else it is given up after a while. */
static bool look_for_connection(struct silent *silent, struct trial *trial)
{
    struct timeval at_once = {0, 0};
    fd_set ready, failed;
    FD_ZERO(&ready);
    FD_ZERO(&failed);
    FD_SET(silent->s, &ready);
    FD_SET(silent->s, &failed);
    select(0, NULL, &ready, &failed, &at_once);
    silent->connected = FD_ISSET(silent->s, &ready);
    silent->quiet_since = GetTickCount64();
    if (!silent->connected && (FD_ISSET(silent->s, &failed) || silent->quiet_since - silent->began > CONNECT_MS)) {
        trial->outcome = TRIAL_REFUSED;
        silent_close(silent);
    }
    return silent->connected;
}

static void note_silence(const struct silent *silent, struct trial *trial)
{
    ULONGLONG now = GetTickCount64();
    if (now - silent->quiet_since < (ULONGLONG)trial->silence + SURE_MS)
        return;
    trial->outcome = TRIAL_HELD;
    trial->later = TRIAL_HELD;
    trial->proved = (int32_t)(now - silent->began) - SURE_MS;
}

void silent_look(struct silent *silent, struct trial *trial)
{
    char bytes[4096];
    if (silent->s == INVALID_SOCKET || (!silent->connected && !look_for_connection(silent, trial)))
        return;
    int pending = 0, size = sizeof pending;
    getsockopt(silent->s, SOL_SOCKET, SO_ERROR, (char *)&pending, &size); /* Wine's recv tells of it as an end */
    int count = pending ? -1 : recv(silent->s, bytes, sizeof bytes, 0);
    int error = pending ? pending : count < 0 ? WSAGetLastError() : 0;
    if (count > 0)
        silent->quiet_since = GetTickCount64();
    else if (count == 0)
        lose(silent, trial, TRIAL_CLOSED);
    else if (error == WSAEWOULDBLOCK)
        note_silence(silent, trial);
    else /* keepalive's own failure is the one or the other (Microsoft: recv) */
        lose(silent, trial, error == WSAETIMEDOUT || error == WSAENETRESET ? TRIAL_DROPPED : TRIAL_RESET);
}
