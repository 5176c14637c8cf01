#include "report.h"
#include "winhook/console.h"
#include "winhook/long_path.h"
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

/*
 * Does a handle that was opened without following anything stand for another name? OneDrive's and deduplicated files
 * are marked as well, and are themselves (Microsoft: Reparse Point Tags).
 */
static bool is_link(HANDLE handle)
{
    FILE_ATTRIBUTE_TAG_INFO info;
    typedef BOOL(WINAPI * get_information)(HANDLE, FILE_INFO_BY_HANDLE_CLASS, void *, DWORD);
    get_information get =
        (get_information)(void *)GetProcAddress(GetModuleHandleA("kernel32.dll"), "GetFileInformationByHandleEx");
    return !get || !get(handle, FileAttributeTagInfo, &info, sizeof info) ||
           (info.FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT && IsReparseTagNameSurrogate(info.ReparseTag));
}

static HANDLE open_for(const WCHAR *path, DWORD rights, DWORD how, DWORD flags)
{
    return CreateFileW(path, rights, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, how, FILE_ATTRIBUTE_NORMAL | flags,
                       NULL);
}

static bool same_file(HANDLE one, HANDLE other)
{
    BY_HANDLE_FILE_INFORMATION first, second;
    return GetFileInformationByHandle(one, &first) && GetFileInformationByHandle(other, &second) &&
           first.dwVolumeSerialNumber == second.dwVolumeSerialNumber && first.nFileIndexHigh == second.nFileIndexHigh &&
           first.nFileIndexLow == second.nFileIndexLow;
}

/* Append only, and never what a link points to: what is written to is the file that was looked at. */
static HANDLE open_file(const char *path)
{
    WCHAR wide[LONG_PATH];
    if (!MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, LONG_PATH))
        return INVALID_HANDLE_VALUE;
    long_path_mark(wide);
    HANDLE seen = open_for(wide, FILE_READ_ATTRIBUTES, OPEN_ALWAYS, FILE_FLAG_OPEN_REPARSE_POINT);
    HANDLE handle = seen != INVALID_HANDLE_VALUE && !is_link(seen)
                        ? open_for(wide, FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE, OPEN_EXISTING, 0)
                        : INVALID_HANDLE_VALUE;
    if (handle != INVALID_HANDLE_VALUE && !same_file(seen, handle)) {
        CloseHandle(handle);
        handle = INVALID_HANDLE_VALUE;
    }
    if (seen != INVALID_HANDLE_VALUE)
        CloseHandle(seen);
    return handle;
}

static void write_line(HANDLE handle, const char *line)
{
    DWORD written;
    if (!console_is_one(handle) || !console_write(handle, line, span_of(line).length))
        WriteFile(handle, line, (DWORD)span_of(line).length, &written, NULL);
}

void report_line(enum level level, const char *line)
{
    DWORD error = GetLastError();
    struct span file = span_of(report.file);
    if (!report_wants(level))
        return;
    if (span_equals(file, "debugger") || span_equals(file, "syslog")) {
        OutputDebugStringA(line);
    } else if (span_equals(file, "stderr")) {
        if (stderr_is_same())
            write_line(stderr_at_start.handle, line);
    } else {
        HANDLE handle = open_file(report.file);
        if (handle != INVALID_HANDLE_VALUE) {
            write_line(handle, line);
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
