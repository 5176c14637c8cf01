#include "obstacle.h"
#include <winternl.h>

enum { HEADERS_SIZE = 4096 };

/* Is all that the section table names in the file? */
static bool is_whole(const BYTE *headers, DWORD size, LONGLONG file_size)
{
    const IMAGE_NT_HEADERS32 *nt = (const void *)(headers + ((const IMAGE_DOS_HEADER *)headers)->e_lfanew);
    const IMAGE_SECTION_HEADER *section =
        (const void *)((const BYTE *)&nt->OptionalHeader + nt->FileHeader.SizeOfOptionalHeader);
    for (WORD i = 0; i < nt->FileHeader.NumberOfSections; i++, section++)
        if ((const BYTE *)(section + 1) > headers + size ||
            (LONGLONG)section->PointerToRawData + section->SizeOfRawData > file_size)
            return false;
    return true;
}

static bool is_library(const BYTE *headers, DWORD size, bool wide)
{
    const IMAGE_DOS_HEADER *dos = (const void *)headers;
    if (size < sizeof *dos || dos->e_magic != IMAGE_DOS_SIGNATURE || dos->e_lfanew < 0 ||
        (size_t)dos->e_lfanew + sizeof(IMAGE_NT_HEADERS64) > size)
        return false;
    const IMAGE_NT_HEADERS32 *nt = (const void *)(headers + dos->e_lfanew);
    return nt->Signature == IMAGE_NT_SIGNATURE && nt->FileHeader.Characteristics & IMAGE_FILE_DLL &&
           nt->FileHeader.Machine == (wide ? IMAGE_FILE_MACHINE_AMD64 : IMAGE_FILE_MACHINE_I386);
}

static HANDLE open_library(const WCHAR *library, DWORD rights)
{
    return CreateFileW(library, rights, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0,
                       NULL);
}

enum inject_status obstacle_in_file(bool wide, const WCHAR *library)
{
    static const LARGE_INTEGER none;
    BYTE headers[HEADERS_SIZE];
    DWORD size = 0;
    LARGE_INTEGER file_size = none;
    HANDLE file = open_library(library, GENERIC_READ);
    if (file == INVALID_HANDLE_VALUE)
        return INJECT_NO_LIBRARY;
    bool fits = ReadFile(file, headers, sizeof headers, &size, NULL) && GetFileSizeEx(file, &file_size) &&
                is_library(headers, size, wide) && is_whole(headers, size, file_size.QuadPart);
    CloseHandle(file);
    return fits ? INJECT_OK : INJECT_BAD_LIBRARY;
}

/* A policy's flags (Microsoft: PROCESS_MITIGATION_POLICY); 0 before Windows 8. */
static DWORD policy_of(HANDLE process, int policy)
{
    typedef BOOL(WINAPI * get_policy)(HANDLE, int, void *, SIZE_T);
    get_policy get = (get_policy)(void *)GetProcAddress(GetModuleHandleA("kernel32.dll"), "GetProcessMitigationPolicy");
    DWORD flags = 0;
    return get && get(process, policy, &flags, sizeof flags) ? flags : 0;
}

static bool is_remote(const WCHAR *path)
{
    WCHAR root[] = {path[0], ':', '\\', 0};
    return path[0] == '\\' || GetDriveTypeW(root) == DRIVE_REMOTE;
}

static enum inject_status policy_against(HANDLE process, const WCHAR *library)
{
    enum { FLOW_GUARD = 7, SIGNATURE = 8, IMAGE_LOAD = 10 };
    enum { STRICT_FLOW = 4, MICROSOFT_OR_STORE = 3, NO_REMOTE = 1 };
    if (policy_of(process, SIGNATURE) & MICROSOFT_OR_STORE)
        return INJECT_SIGNED_ONLY;
    if (policy_of(process, FLOW_GUARD) & STRICT_FLOW)
        return INJECT_GUARDED_ONLY;
    if (policy_of(process, IMAGE_LOAD) & NO_REMOTE && is_remote(library))
        return INJECT_LOCAL_ONLY;
    return INJECT_OK;
}

#define NTDLL(name) ((name##_type)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), #name))
typedef NTSTATUS(NTAPI *NtOpenProcessToken_type)(HANDLE, ACCESS_MASK, HANDLE *);
typedef NTSTATUS(NTAPI *NtDuplicateToken_type)(HANDLE, ACCESS_MASK, OBJECT_ATTRIBUTES *, BOOLEAN, TOKEN_TYPE, HANDLE *);
typedef NTSTATUS(NTAPI *NtQuerySecurityObject_type)(HANDLE, SECURITY_INFORMATION, void *, ULONG, ULONG *);
typedef NTSTATUS(NTAPI *NtAccessCheck_type)(void *, HANDLE, ACCESS_MASK, GENERIC_MAPPING *, PRIVILEGE_SET *, ULONG *,
                                            ACCESS_MASK *, NTSTATUS *);

/* What the process may do, as a question can be asked about it; NULL where that cannot be had. */
static HANDLE token_of(HANDLE process)
{
    SECURITY_QUALITY_OF_SERVICE quality = {sizeof quality, SecurityIdentification, SECURITY_STATIC_TRACKING, FALSE};
    OBJECT_ATTRIBUTES attributes = {.Length = sizeof attributes, .SecurityQualityOfService = &quality};
    HANDLE token, copy = NULL;
    if (NTDLL(NtOpenProcessToken)(process, TOKEN_DUPLICATE, &token) < 0)
        return NULL;
    if (NTDLL(NtDuplicateToken)(token, TOKEN_QUERY, &attributes, FALSE, TokenImpersonation, &copy) < 0)
        copy = NULL;
    CloseHandle(token);
    return copy;
}

/* May the process's user read and run the file? Yes where that cannot be told. */
static bool may_load(HANDLE process, const WCHAR *library)
{
    enum { SECURITY = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION };
    enum { WANTED = FILE_GENERIC_READ | FILE_GENERIC_EXECUTE };
    GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};
    union {
        BYTE bytes[2048];
        void *aligned;
    } security;
    PRIVILEGE_SET privileges;
    ULONG size = sizeof privileges, needed;
    ACCESS_MASK granted = 0;
    NTSTATUS status = 0;
    HANDLE token = token_of(process), file = open_library(library, READ_CONTROL);
    bool told = token && file != INVALID_HANDLE_VALUE &&
                NTDLL(NtQuerySecurityObject)(file, SECURITY, &security, sizeof security, &needed) >= 0 &&
                NTDLL(NtAccessCheck)(&security, token, WANTED, &mapping, &privileges, &size, &granted, &status) >= 0;
    if (token)
        CloseHandle(token);
    if (file != INVALID_HANDLE_VALUE)
        CloseHandle(file);
    return !told || status >= 0;
}

enum inject_status obstacle_for(HANDLE process, bool wide, const WCHAR *library)
{
    enum inject_status status = obstacle_in_file(wide, library);
    if (status == INJECT_OK)
        status = policy_against(process, library);
    return status == INJECT_OK && !may_load(process, library) ? INJECT_NO_ACCESS : status;
}
