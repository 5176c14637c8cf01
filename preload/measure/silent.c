/*
 * Connections of our own: each is left alone until its first probe, or until what it asked the serving end to
 * say is due.
 */
#include "core/silence_request.h"
#include "preload/measure/look.h"
#include "preload/measure/measure.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* A service whose queue is full leaves a connect waiting; what is said after a silence may be lost and said again. */
enum { CONNECT_MS = 10000, SPEECH_MS = 6000 };

static struct silent {
    bool open, asked;
    int fd;
    int64_t started;
    struct look look;
} silents[BRACKET_CONNECTIONS_MAX];

static void shut(struct silent *silent)
{
    if (silent->open)
        close(silent->fd);
    silent->open = false;
}

static bool is_our_own_error(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM || error == EACCES ||
           error == EPERM;
}

static int begin(struct measure *measure, struct trial *trial, size_t at, int32_t idle)
{
    struct silent *silent = &silents[at];
    int fd = measure->first_fd >= 0 ? measure->first_fd : peer_connect(&measure->peer);
    int error = fd < 0 ? errno : 0;
    measure->first_fd = -1;
    if (fd < 0 && is_our_own_error(error))
        return error;
    if (fd < 0) {
        trial->outcome = TRIAL_REFUSED;
        return 0;
    }
    *silent = (struct silent){.open = true, .fd = fd, .started = look_now()};
    return idle ? look_prepare(fd, idle) : 0;
}

static int open_silent(struct measure *measure, struct trial *trial, size_t at)
{
    return begin(measure, trial, at, trial->silence);
}

/* Its data is nobody's: read, so that it does not stop the service, and forgotten. */
static void discard(int fd)
{
    char bytes[4096];
    while (recv(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0)
        ;
}

/* Looks whether it stands. False when there is nothing more to see. */
static bool stands(struct silent *silent, struct trial *trial)
{
    enum look_state state = look_at(&silent->look, silent->fd, trial);
    bool late = state == LOOK_CONNECTING && look_now() - silent->started > CONNECT_MS;
    if (state == LOOK_GONE || late)
        trial->outcome = TRIAL_REFUSED;
    if (state == LOOK_GONE || state == LOOK_LOST || late)
        shut(silent);
    return silent->open && state == LOOK_OPEN;
}

static void look_silent(struct measure *measure, struct trial *trial, size_t at)
{
    (void)measure;
    if (silents[at].open && stands(&silents[at], trial))
        discard(silents[at].fd);
}

static void close_silent(struct measure *measure)
{
    (void)measure;
    for (size_t at = 0; at < BRACKET_CONNECTIONS_MAX; at++)
        shut(&silents[at]);
}

static int open_spoken(struct measure *measure, struct trial *trial, size_t at)
{
    return begin(measure, trial, at, measurement_probed_every(&measure->rows, trial));
}

static void ask(struct silent *silent, const struct trial *trial)
{
    char line[SILENCE_REQUEST_SIZE];
    struct text text = text_in(line, sizeof line);
    silence_request_write(&text, trial->silence);
    silent->asked = send(silent->fd, line, text.used, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)text.used;
    silent->started = look_now();
}

static void listen_to(struct silent *silent, struct trial *trial)
{
    char bytes[64];
    int64_t after = look_now() - silent->started;
    ssize_t count = recv(silent->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (count > 0)
        trial_hear(trial, after);
    else if (count == 0)
        look_lost(&silent->look, trial, TRIAL_CLOSED);
    else if (after > trial->silence + SPEECH_MS || errno == ETIMEDOUT)
        look_lost(&silent->look, trial, TRIAL_DROPPED);
    else if (errno != EAGAIN && errno != EINTR)
        look_lost(&silent->look, trial, TRIAL_RESET);
    if (trial->outcome != TRIAL_WAITS)
        shut(silent);
}

static void look_spoken(struct measure *measure, struct trial *trial, size_t at)
{
    struct silent *silent = &silents[at];
    struct trial seen = *trial; /* answers to probes are no answer here */
    (void)measure;
    if (!silent->open)
        return;
    if (silent->asked)
        listen_to(silent, trial);
    else if (stands(silent, &seen))
        ask(silent, trial);
    else if (!silent->open)
        trial->outcome = TRIAL_REFUSED;
}

const struct measure_way measure_silent = {25, open_silent, look_silent, close_silent};
const struct measure_way measure_spoken = {25, open_spoken, look_spoken, close_silent};
