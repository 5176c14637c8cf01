#include "silent.h"
#include "clock.h"
#include "core/silence_request.h"
#include "winhook/apply.h"

/*
 * Ten probes a second apart are the most that stand between a loss and its telling (Microsoft: SIO_KEEPALIVE_VALS). A
 * service whose queue is full leaves a connect waiting; what is said after a silence may be lost and said again.
 */
enum { PROBES = 10, INTERVAL_MS = 1000, SURE_MS = (PROBES + 2) * INTERVAL_MS, CONNECT_MS = 10000, SPEECH_MS = 6000 };

void silent_close(struct silent *silent)
{
    if (silent->s != INVALID_SOCKET)
        closesocket(silent->s);
    silent->s = INVALID_SOCKET;
}

static int prepare(SOCKET s, int32_t idle)
{
    const struct plan plan = {
        .covered = true,
        .keepalive = true,
        .set = 1 << SETTING_IDLE | 1 << SETTING_INTERVAL | 1 << SETTING_PROBES,
        .value = {[SETTING_IDLE] = idle, [SETTING_INTERVAL] = INTERVAL_MS, [SETTING_PROBES] = PROBES}};
    u_long on = 1;
    int error = idle ? apply_plan(s, &plan) : 0;
    return !error && ioctlsocket(s, FIONBIO, &on) ? WSAGetLastError() : error;
}

int silent_open(struct silent *silent, const struct peer *peer, int32_t idle)
{
    const struct sockaddr *address = (const struct sockaddr *)&peer->address;
    *silent = (struct silent){.s = socket(address->sa_family, SOCK_STREAM, IPPROTO_TCP), .began = clock_ms()};
    if (silent->s == INVALID_SOCKET)
        return WSAGetLastError();
    int error = prepare(silent->s, idle);
    if (!error && connect(silent->s, address, peer->length) && WSAGetLastError() != WSAEWOULDBLOCK)
        error = WSAGetLastError();
    return error;
}

static void lose(struct silent *silent, struct trial *trial, enum trial_outcome how)
{
    int64_t silence = (int64_t)(clock_ms() - silent->quiet_since);
    /* Nobody tells whether its probe was answered before: when it was closed is known. */
    bool unprobed = how == TRIAL_CLOSED || (how == TRIAL_RESET && silence + INTERVAL_MS / 2 < trial->silence);
    trial_lose(trial, how, silence, unprobed);
    silent_close(silent);
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
    silent->quiet_since = clock_ms();
    if (!silent->connected && (FD_ISSET(silent->s, &failed) || silent->quiet_since - silent->began > CONNECT_MS)) {
        trial->outcome = TRIAL_REFUSED;
        silent_close(silent);
    }
    return silent->connected;
}

static bool stands(struct silent *silent, struct trial *trial)
{
    return silent->s != INVALID_SOCKET && (silent->connected || look_for_connection(silent, trial));
}

/* How many bytes came, 0 at the end; -1 with the error that ended it, or WSAEWOULDBLOCK. */
static int receive(SOCKET s, int *error)
{
    char bytes[4096];
    int pending = 0, size = sizeof pending;
    getsockopt(s, SOL_SOCKET, SO_ERROR, (char *)&pending, &size); /* Wine's recv tells of it as an end */
    int count = pending ? -1 : recv(s, bytes, sizeof bytes, 0);
    *error = pending ? pending : count < 0 ? WSAGetLastError() : 0;
    return count;
}

/* Keepalive's own failure is the one or the other (Microsoft: recv). */
static enum trial_outcome ended_by(int error)
{
    return error == WSAETIMEDOUT || error == WSAENETRESET ? TRIAL_DROPPED : TRIAL_RESET;
}

static void note_silence(const struct silent *silent, struct trial *trial)
{
    ULONGLONG now = clock_ms();
    if (now - silent->quiet_since < (ULONGLONG)trial->silence + SURE_MS)
        return;
    trial->outcome = TRIAL_HELD;
    trial->later = TRIAL_HELD;
    trial->proved = (int32_t)(now - silent->began) - SURE_MS;
}

void silent_look(struct silent *silent, struct trial *trial)
{
    int error;
    if (!stands(silent, trial))
        return;
    int count = receive(silent->s, &error);
    if (count > 0)
        silent->quiet_since = clock_ms();
    else if (count == 0)
        lose(silent, trial, TRIAL_CLOSED);
    else if (error == WSAEWOULDBLOCK)
        note_silence(silent, trial);
    else
        lose(silent, trial, ended_by(error));
}

static void ask(struct silent *silent, const struct trial *trial)
{
    char line[SILENCE_REQUEST_SIZE];
    struct text text = text_in(line, sizeof line);
    silence_request_write(&text, trial->silence);
    silent->asked = send(silent->s, line, (int)text.used, 0) == (int)text.used;
    silent->quiet_since = clock_ms();
}

static void listen_to(struct silent *silent, struct trial *trial)
{
    int error, count = receive(silent->s, &error);
    int64_t after = (int64_t)(clock_ms() - silent->quiet_since);
    if (count > 0) {
        trial_hear(trial, after);
        silent_close(silent);
    } else if (count == 0) {
        lose(silent, trial, TRIAL_CLOSED);
    } else if (error != WSAEWOULDBLOCK) {
        lose(silent, trial, ended_by(error));
    } else if (after > trial->silence + SPEECH_MS) {
        lose(silent, trial, TRIAL_DROPPED);
    }
}

void silent_look_spoken(struct silent *silent, struct trial *trial)
{
    if (!stands(silent, trial))
        return;
    if (silent->asked)
        listen_to(silent, trial);
    else
        ask(silent, trial);
}
