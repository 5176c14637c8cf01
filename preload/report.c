#include "preload/report.h"
#include "preload/statx.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { STDERR = 2, PATH_SIZE = POLICY_LOG_FILE_MAX + 1 };

enum destination { TO_STDERR, TO_SYSLOG, TO_FILE };

static struct {
    bool known;
    struct file_time born; /* a new file may get the number of one that is gone */
    uint32_t major, minor;
    uint64_t inode;
} stderr_at_start;

enum level report_level = LEVEL_WARN;
static enum destination destination = TO_STDERR;
static char path[PATH_SIZE];

static bool look_at(int fd, struct file *file)
{
    return file_look(fd, "", AT_EMPTY_PATH, FILE_TYPE | FILE_INODE | FILE_SIZE | FILE_BORN, file) == 0;
}

enum report_stderr report_remember_stderr(void)
{
    struct file file;
    stderr_at_start.known = look_at(STDERR, &file);
    if (!stderr_at_start.known)
        return STDERR_CLOSED;
    stderr_at_start.major = file.major;
    stderr_at_start.minor = file.minor;
    stderr_at_start.inode = file.inode;
    stderr_at_start.born = file.born;
    return S_ISSOCK(file.mode) ? STDERR_SOCKET : STDERR_FILE;
}

static bool stderr_is_the_same(void)
{
    struct file file;
    return stderr_at_start.known && look_at(STDERR, &file) && file.major == stderr_at_start.major &&
           file.minor == stderr_at_start.minor && file.inode == stderr_at_start.inode &&
           (!(file.known & FILE_BORN) || (file.born.seconds == stderr_at_start.born.seconds &&
                                          file.born.nanoseconds == stderr_at_start.born.nanoseconds));
}

/* The program may change its folder later. */
static void take_path(struct span name)
{
    struct text text = text_in(path, sizeof path);
    long folder = *name.at == '/' ? 0 : RAW(getcwd, path, sizeof path, 0, 0, 0); /* its length, with the terminator */
    if (folder > 1 && (size_t)folder + name.length < sizeof path) {
        text.used = (size_t)folder - 1;
        text_add_char(&text, '/');
    }
    text_add_span(&text, name);
}

void report_open(const struct policy *policy)
{
    struct span name = span_of(policy->log_file);
    report_level = policy->log;
    destination = span_equals(name, "syslog") ? TO_SYSLOG : span_equals(name, "stderr") ? TO_STDERR : TO_FILE;
    if (destination == TO_FILE)
        take_path(name);
}

static bool is_forbidden(long result)
{
    return result == -EPERM || result == -EACCES || result == -ENOSYS;
}

/* Would a write be taken at once? Sandboxes know one of the two calls or the other. */
static bool takes_a_write(long fd)
{
    const long no_wait[2] = {0, 0};
    struct pollfd ready = {(int)fd, POLLOUT, 0};
    long result = RAW(ppoll, &ready, 1, no_wait, 0, 0);
#ifdef SYS_poll
    if (is_forbidden(result))
        result = RAW(poll, &ready, 1, 0, 0, 0);
#endif
    return result == 1 && ready.revents == POLLOUT;
}

/* Blocks the signals, and tells what was blocked. By the whole mask where a sandbox knows only that. */
static bool hold(const uint64_t *signals, uint64_t *before)
{
    long result = RAW(rt_sigprocmask, SIG_BLOCK, signals, before, sizeof *signals, 0);
    if (is_forbidden(result) && RAW(rt_sigprocmask, SIG_SETMASK, 0, before, sizeof *before, 0) == 0) {
        uint64_t all = *before | *signals;
        result = RAW(rt_sigprocmask, SIG_SETMASK, &all, 0, sizeof all, 0);
    }
    return result == 0;
}

/*
 * One write that can neither end, stop nor delay the program: the signals that a broken pipe, a full quota or a
 * terminal's other jobs would bring are held back, the first two taken, and where the reader does not keep up the line
 * is lost. How many bytes were written, or an error below 0.
 */
static long write_quietly(long fd, struct span line)
{
    const uint64_t held = 1ull << (SIGPIPE - 1) | 1ull << (SIGXFSZ - 1) | 1ull << (SIGTTOU - 1);
    const uint64_t taken = 1ull << (SIGPIPE - 1) | 1ull << (SIGXFSZ - 1);
    const long no_wait[2] = {0, 0};
    uint64_t before;
    if (!takes_a_write(fd))
        return -EAGAIN;
    if (!hold(&held, &before))
        return -EINVAL;
    long result = RAW(write, fd, line.at, line.length, 0, 0);
    if (result == -EPIPE || result == -EFBIG)
        RAW(rt_sigtimedwait, &taken, 0, no_wait, sizeof taken, 0);
    RAW(rt_sigprocmask, SIG_SETMASK, &before, 0, sizeof before, 0);
    return result;
}

/* A datagram as RFC 3164 has it: facility user (1), severities error 3 to debug 7. The daemon adds time and host. */
static bool to_syslog(enum level level, struct span line)
{
    static const int severity[] = {[LEVEL_ERROR] = 3, [LEVEL_WARN] = 4, [LEVEL_INFO] = 6, [LEVEL_DEBUG] = 7};
    static const struct sockaddr_un daemon = {AF_UNIX, "/dev/log"};
    char buffer[1024];
    struct text text = text_in(buffer, sizeof buffer);
    text_add(&text, "<");
    text_add_number(&text, 1 << 3 | severity[level]);
    text_add(&text, ">tcpalive[");
    text_add_number(&text, RAW(getpid, 0, 0, 0, 0, 0));
    text_add(&text, "]: ");
    line.length -= line.length && line.at[line.length - 1] == '\n';
    if (span_starts(line, "tcpalive: ")) {
        line.at += 10;
        line.length -= 10;
    }
    text_add_span(&text, line);
    long fd = RAW(socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, 0, 0);
    if (fd < 0)
        return false;
    bool written = RAW(connect, fd, &daemon, sizeof daemon, 0, 0) == 0 && write_quietly(fd, span_of(buffer)) > 0;
    RAW(close, fd, 0, 0, 0, 0);
    return written;
}

/* The disk was full in the middle of a line: takes the piece away again, while it is the file's end. */
static void take_back(long fd, long written)
{
    struct file file;
    long end = RAW(lseek, fd, 0, SEEK_CUR, 0, 0);
    if (end >= written && look_at((int)fd, &file) && file.size == (uint64_t)end)
        RAW(ftruncate, fd, end - written, 0, 0, 0);
}

static bool to_stderr(struct span line)
{
    return stderr_is_the_same() && write_quietly(STDERR, line) > 0;
}

/*
 * Once a process, where lines are lost: a folder that is not there, a link, a file of the user that the
 * program was before.
 */
static bool tell_lost(long error)
{
    static bool told;
    char what[SETTING_NAME_SIZE], line[PATH_SIZE + 128], why[64];
    struct text text = text_in(line, sizeof line), reason = text_in(why, sizeof why);
    if (__atomic_exchange_n(&told, true, __ATOMIC_RELAXED))
        return false;
    setting_variable(SETTING_LOG_FILE, what);
    text_add(&reason, !error            ? "no regular file"
                      : error == -ELOOP ? "a symbolic link is not followed"
                                        : "cannot be opened: error ");
    if (error && error != -ELOOP)
        text_add_number(&reason, -error);
    text_complain(&text, what, path, why);
    to_stderr(span_of(line));
    return false;
}

/* A regular file and nothing else: a line must not wait for a fifo's reader nor become a device's input. */
static bool to_file(struct span line)
{
    struct file file;
    long written = 0, fd = RAW(openat, AT_FDCWD, path,
                               O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600, 0);
    if (fd < 0)
        return tell_lost(fd);
    bool regular = look_at((int)fd, &file) && S_ISREG(file.mode);
    if (regular) {
        written = write_quietly(fd, line);
        if (written > 0 && (size_t)written < line.length)
            take_back(fd, written);
    }
    RAW(close, fd, 0, 0, 0, 0);
    return regular ? written > 0 : tell_lost(0);
}

bool report(enum level level, const char *line)
{
    struct span span = span_of(line);
    if (!report_wants(level))
        return false;
    return destination == TO_SYSLOG ? to_syslog(level, span) : destination == TO_FILE ? to_file(span) : to_stderr(span);
}
