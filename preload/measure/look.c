#include "preload/measure/look.h"
#include "core/listing_row.h"
#include "preload/apply.h"
#include "preload/remote/cover.h"
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

/*
 * What comes within a moment of other signs belongs to them (a window that opens after data); an answer to a probe
 * comes after most of the silence, since the kernel's idle time begins when something was received, ours at any sign.
 */
enum { SAME_MOMENT_MS = 100, BROKEN_SILENCE_MS = 2000, TALKS_AFTER = 3 };

int64_t look_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void look_lost(const struct look *look, struct trial *trial, enum trial_outcome how)
{
    int64_t silent = look_now() - look->quiet_since;
    trial_lose(trial, how, silent, how != TRIAL_DROPPED && silent + SAME_MOMENT_MS < trial->silence);
}

static void begin(struct look *look, const struct tcp_info *info, int64_t now)
{
    look->began = now;
    look->quiet_since = now;
    look->acked = now - info->tcpi_last_ack_recv;
}

/* Something was said. */
static void note_sign(struct look *look, struct trial *trial, int64_t now)
{
    if (now - look->quiet_since > BROKEN_SILENCE_MS && ++look->talked >= TALKS_AFTER && trial->outcome == TRIAL_WAITS)
        trial->outcome = TRIAL_TALKED;
    look->quiet_since = now;
}

static void note_answer(struct look *look, struct trial *trial, int64_t acked)
{
    if (trial->outcome == TRIAL_WAITS)
        trial->outcome = TRIAL_HELD;
    trial->later = TRIAL_HELD;
    trial->proved = (int32_t)(acked - look->began);
    look->talked = 0;
}

static void look_for_signs(struct look *look, struct trial *trial, const struct tcp_info *info, int64_t now)
{
    uint64_t bytes = info->tcpi_bytes_acked + info->tcpi_bytes_received;
    int64_t acked = now - info->tcpi_last_ack_recv;
    bool moved = acked > look->acked + SAME_MOMENT_MS;
    bool said = bytes != look->bytes || info->tcpi_unacked;
    bool silent = acked - look->quiet_since > (int64_t)trial->silence * 4 / 5;
    if (moved && !said && silent)
        note_answer(look, trial, acked);
    if (said || moved || (info->tcpi_segs_in != look->segments_in && !info->tcpi_probes))
        note_sign(look, trial, said ? now : moved ? acked : now);
    look->acked = moved ? acked : look->acked;
    look->bytes = bytes;
    look->segments_in = info->tcpi_segs_in;
    look->segments_out = info->tcpi_segs_out;
}

enum look_state look_at(struct look *look, int fd, struct trial *trial)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    int64_t now = look_now();
    memset(&info, 0, sizeof info);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return LOOK_GONE;
    if (info.tcpi_state == LISTING_SYN_SENT)
        return LOOK_CONNECTING;
    if (info.tcpi_state == LISTING_CLOSE && !look->began)
        return LOOK_GONE;
    if (info.tcpi_state == LISTING_CLOSE) {
        look_lost(look, trial, info.tcpi_probes >= LOOK_PROBES ? TRIAL_DROPPED : TRIAL_RESET);
        return LOOK_LOST;
    }
    if (!look->began)
        begin(look, &info, now);
    if (info.tcpi_state != LISTING_ESTABLISHED && info.tcpi_state != LISTING_FIN_WAIT1 &&
        info.tcpi_state != LISTING_FIN_WAIT2) {
        look_lost(look, trial, TRIAL_CLOSED);
        return LOOK_LOST;
    }
    look_for_signs(look, trial, &info, now);
    return LOOK_OPEN;
}

bool look_is_prepared(int fd, int32_t idle_ms)
{
    struct socket_values values;
    return apply_read(fd, &values) && values.keepalive && values.value[SETTING_IDLE] == idle_ms &&
           values.value[SETTING_INTERVAL] == LOOK_INTERVAL_MS && values.value[SETTING_PROBES] == LOOK_PROBES;
}

int look_prepare(int fd, int32_t idle_ms)
{
    struct plan plan = {
        .covered = true,
        .keepalive = true,
        .set = 1 << SETTING_IDLE | 1 << SETTING_INTERVAL | 1 << SETTING_PROBES,
        .value = {[SETTING_IDLE] = idle_ms, [SETTING_INTERVAL] = LOOK_INTERVAL_MS, [SETTING_PROBES] = LOOK_PROBES}};
    int error = apply_plan(&plan, fd, true, cover_setsockopt);
    return error ? error : look_is_prepared(fd, idle_ms) ? 0 : EBUSY;
}
