#include "preload/supervise/report_socket.h"
#include "preload/apply.h"
#include "preload/remote/process.h"
#include "preload/report.h"
#include "preload/supervise/watch.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Longer than any line takes; and how long none is written after one that took longer. */
enum { LINE_MS = 900, LINES_REST_MS = 60000 };

static int name_of_stderr = -1;
static struct shared *shared;
static enum shared_writer writer;

/* Something that is surely nobody's: what is opened later must not get one of the first three numbers. */
static void take_place_of(int standard)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        fd = open("/", O_PATH | O_CLOEXEC);
    if (fd >= 0 && fd != standard) {
        dup2(fd, standard);
        close(fd);
    }
}

int supervise_report_begin(const struct policy *policy)
{
    struct stat status = {0};
    report_remember_stderr();
    report_open(policy);
    take_place_of(STDIN_FILENO);
    take_place_of(STDOUT_FILENO);
    if (fstat(STDERR_FILENO, &status) == 0 && S_ISREG(status.st_mode))
        return -1;
    if (!S_ISSOCK(status.st_mode))
        name_of_stderr = open("/proc/self/fd/2", O_PATH | O_CLOEXEC);
    take_place_of(STDERR_FILENO);
    return name_of_stderr;
}

bool supervise_report_wants(enum level level)
{
    return report_wants(level);
}

void supervise_report_as(enum shared_writer who, struct shared *where)
{
    shared = where;
    writer = who;
    __atomic_store_n(&shared->writes_since[writer], 0, __ATOMIC_RELAXED);
}

bool supervise_report_stalls(enum shared_writer who, struct shared *where)
{
    int64_t since = __atomic_load_n(&where->writes_since[who], __ATOMIC_RELAXED), now = watch_now_ms();
    if (!since || now - since < LINE_MS)
        return false;
    __atomic_store_n(&where->lines_stalled, now, __ATOMIC_RELAXED);
    return true;
}

/* Opens for the line what stderr was, where only its name was kept. */
static void write_line(enum level level, const char *line)
{
    int stream = -1;
    if (name_of_stderr >= 0) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", name_of_stderr);
        int fd = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        stream = fd >= 0 ? dup2(fd, STDERR_FILENO) : -1;
        if (fd >= 0 && fd != STDERR_FILENO)
            close(fd);
    }
    report(level, line);
    if (stream >= 0)
        take_place_of(STDERR_FILENO);
}

static void say_line(enum level level, const char *line)
{
    int64_t stalled = __atomic_load_n(&shared->lines_stalled, __ATOMIC_RELAXED), now = watch_now_ms();
    if (stalled && now - stalled < LINES_REST_MS)
        return;
    __atomic_store_n(&shared->writes_since[writer], now, __ATOMIC_RELAXED);
    write_line(level, line);
    __atomic_store_n(&shared->writes_since[writer], 0, __ATOMIC_RELAXED);
}

void supervise_report_socket(const struct facts *facts, const struct plan *plan, int number, int fd)
{
    char line[512];
    struct text text = text_in(line, sizeof line);
    struct plan now = *plan;
    if (!report_wants(log_level_of(facts)))
        return;
    apply_tell(fd, &now);
    log_connection(&text, facts, &now, number);
    say_line(log_level_of(facts), line);
}

void supervise_report_ending(const struct log_ending *ending)
{
    char line[512];
    struct text text = text_in(line, sizeof line);
    log_end(&text, ending);
    say_line(LEVEL_INFO, line);
}

void supervise_report_trouble(pid_t pid, const char *why)
{
    char line[256], object[64], name[PROCESS_NAME_SIZE];
    struct text text = text_in(line, sizeof line);
    process_name(pid, name);
    snprintf(object, sizeof object, "%d %s", (int)pid, name);
    text_complain(&text, "not reached", object, why);
    say_line(LEVEL_WARN, line);
}
