#include "preload/supervise/report_socket.h"
#include "core/log.h"
#include "preload/remote/process.h"
#include "preload/report.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int name_of_stderr = -1;

int supervise_report_begin(const struct policy *policy)
{
    struct stat status;
    report_remember_stderr();
    report_open(policy);
    if (fstat(STDERR_FILENO, &status) != 0 || S_ISREG(status.st_mode))
        return -1;
    if (!S_ISSOCK(status.st_mode))
        name_of_stderr = open("/proc/self/fd/2", O_PATH | O_CLOEXEC);
    close(STDERR_FILENO);
    return name_of_stderr;
}

bool supervise_report_wants(enum level level)
{
    return report_wants(level);
}

static void say_line(enum level level, const char *line)
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
        close(stream);
}

void supervise_report_socket(const struct facts *facts, const struct plan *plan, int number)
{
    char line[512];
    struct text text = text_in(line, sizeof line);
    if (!report_wants(log_level_of(facts)))
        return;
    log_connection(&text, facts, plan, number);
    say_line(log_level_of(facts), line);
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
