#include "preload/command/log_file.h"
#include "preload/command/say.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* NULL: it is one, or one can be made there. */
static const char *why_not(const char *path)
{
    char folder[POLICY_LOG_FILE_MAX + 1];
    struct stat about;
    if (lstat(path, &about) == 0) {
        if (S_ISLNK(about.st_mode))
            return "a symbolic link is not followed; 'stderr' and 'syslog' are words for those";
        if (!S_ISREG(about.st_mode))
            return "no regular file";
        return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 ? NULL : strerror(errno);
    }
    if (errno != ENOENT)
        return strerror(errno);
    snprintf(folder, sizeof folder, "%s", path);
    strrchr(folder, '/')[folder[0] == '/' && strrchr(folder, '/') == folder] = '\0';
    return faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0 ? NULL : strerror(errno);
}

bool log_file_settle(struct policy *policy)
{
    static char path[POLICY_LOG_FILE_MAX + 1];
    char what[SETTING_NAME_SIZE], folder[POLICY_LOG_FILE_MAX + 1];
    const char *given = policy->log_file, *why;
    if (!policy->enabled || strcmp(given, "stderr") == 0 || strcmp(given, "syslog") == 0)
        return true;
    if (*given == '/') {
        why = why_not(given);
    } else if (!getcwd(folder, sizeof folder)) {
        why = strerror(errno);
    } else if (snprintf(path, sizeof path, "%s/%s", folder, given) >= (int)sizeof path) {
        why = "a path has at most 1023 bytes";
    } else {
        policy->log_file = path;
        why = why_not(path);
    }
    if (!why)
        return true;
    struct text name = text_in(what, sizeof what);
    policy_write_origin(&name, policy, SETTING_LOG_FILE);
    say(what, given, why);
    return false;
}
