#include "report.h"
#include <windows.h>

static struct {
    enum level level;
    const char *file;
} report = {LEVEL_WARN, "stderr"};

/* What the handle was at start: a program may close it, and the next file it opens gets the same number. */
static struct {
    HANDLE handle;
    DWORD type;
    BY_HANDLE_FILE_INFORMATION file; /* of a disk file; zero for pipes and consoles */
} stderr_at_start;

static void identify(HANDLE handle, DWORD *type, BY_HANDLE_FILE_INFORMATION *file)
{
    *file = (BY_HANDLE_FILE_INFORMATION){0};
    *type = handle && handle != INVALID_HANDLE_VALUE ? GetFileType(handle) : FILE_TYPE_UNKNOWN;
    if (*type == FILE_TYPE_DISK)
        GetFileInformationByHandle(handle, file);
}

void report_start(void)
{
    DWORD error = GetLastError();
    stderr_at_start.handle = GetStdHandle(STD_ERROR_HANDLE);
    identify(stderr_at_start.handle, &stderr_at_start.type, &stderr_at_start.file);
    SetLastError(error);
}

static bool stderr_is_same(void)
{
    BY_HANDLE_FILE_INFORMATION file;
    DWORD type;
    if (GetStdHandle(STD_ERROR_HANDLE) != stderr_at_start.handle)
        return false;
    identify(stderr_at_start.handle, &type, &file);
    return type == stderr_at_start.type && file.dwVolumeSerialNumber == stderr_at_start.file.dwVolumeSerialNumber &&
           file.nFileIndexHigh == stderr_at_start.file.nFileIndexHigh &&
           file.nFileIndexLow == stderr_at_start.file.nFileIndexLow;
}

void report_to(enum level level, const char *file)
{
    report.file = file ? file : "stderr";
    report.level = level;
}

bool report_wants(enum level level)
{
    return level <= report.level;
}

/* Append only, and never what a link points to. */
static HANDLE open_file(const char *path)
{
    WCHAR wide[MAX_PATH];
    BY_HANDLE_FILE_INFORMATION file;
    if (!MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, MAX_PATH))
        return INVALID_HANDLE_VALUE;
    HANDLE handle = CreateFileW(wide, FILE_APPEND_DATA | SYNCHRONIZE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
    if (handle != INVALID_HANDLE_VALUE && GetFileInformationByHandle(handle, &file) &&
        file.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) {
        CloseHandle(handle);
        return INVALID_HANDLE_VALUE;
    }
    return handle;
}

void report_line(enum level level, const char *line)
{
    DWORD error = GetLastError(), written;
    struct span file = span_of(report.file);
    if (!report_wants(level))
        return;
    if (span_equals(file, "debugger") || span_equals(file, "syslog")) {
        OutputDebugStringA(line);
    } else if (span_equals(file, "stderr")) {
        if (stderr_is_same())
            WriteFile(stderr_at_start.handle, line, (DWORD)span_of(line).length, &written, NULL);
    } else {
        HANDLE handle = open_file(report.file);
        if (handle != INVALID_HANDLE_VALUE) {
            WriteFile(handle, line, (DWORD)span_of(line).length, &written, NULL);
            CloseHandle(handle);
        }
    }
    SetLastError(error);
}

void report_problem(enum level level, const char *what, const char *object, const char *why, unsigned long error)
{
    char buffer[512], because[200];
    struct text line = text_in(buffer, sizeof buffer), text = text_in(because, sizeof because);
    if (!report_wants(level))
        return;
    text_add(&text, why);
    if (error) {
        text_add(&text, " (error ");
        text_add_number(&text, error);
        text_add_char(&text, ')');
    }
    text_complain(&line, what, object, because);
    report_line(level, buffer);
}
