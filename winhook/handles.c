#include "handles.h"
#include <winternl.h>

enum { PROCESS_HANDLES = 51, SYSTEM_HANDLES = 64, FIRST_SIZE = 1 << 16, SIZE_LIMIT = 1 << 28 };
#define TOO_SHORT ((NTSTATUS)0xc0000004) /* STATUS_INFO_LENGTH_MISMATCH */

/* NtQueryInformationProcess(ProcessHandleInformation), since Windows 8. */
struct process_handles {
    ULONG_PTR count, reserved;
    struct {
        HANDLE handle;
        ULONG_PTR handles, pointers;
        ACCESS_MASK rights;
        ULONG type, attributes, reserved;
    } entry[];
};

/* NtQuerySystemInformation(SystemExtendedHandleInformation): those of all processes. */
struct system_handles {
    ULONG_PTR count, reserved;
    struct {
        void *object;
        ULONG_PTR pid;
        HANDLE handle;
        ACCESS_MASK rights;
        USHORT trace, type;
        ULONG attributes, reserved;
    } entry[];
};

static void *ntdll(const char *name)
{
    return (void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
}

static NTSTATUS query(HANDLE process, int what, void *answer, ULONG size)
{
    typedef NTSTATUS(NTAPI * query_process)(HANDLE, int, void *, ULONG, ULONG *);
    typedef NTSTATUS(NTAPI * query_system)(int, void *, ULONG, ULONG *);
    void *function = ntdll(what == PROCESS_HANDLES ? "NtQueryInformationProcess" : "NtQuerySystemInformation");
    ULONG needed;
    if (!function)
        return TOO_SHORT + 1;
    return what == PROCESS_HANDLES ? ((query_process)function)(process, what, answer, size, &needed)
                                   : ((query_system)function)(what, answer, size, &needed);
}

/* The whole answer, to be freed with VirtualFree; NULL when there is none. */
static void *query_all(HANDLE process, int what)
{
    for (ULONG size = FIRST_SIZE; size <= SIZE_LIMIT; size *= 2) {
        void *answer = VirtualAlloc(NULL, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
        NTSTATUS status = answer ? query(process, what, answer, size) : -1;
        if (status >= 0)
            return answer;
        if (answer)
            VirtualFree(answer, 0, MEM_RELEASE);
        if (status != TOO_SHORT)
            return NULL;
    }
    return NULL;
}

/* What is looked for among the handles: those of a type; or the type of one that is known. */
struct search {
    DWORD pid;
    HANDLE known; /* NULL: by type */
    ULONG type;
    void (*visit)(HANDLE handle, void *context); /* NULL: the other */
    void *context;
};

static void look(struct search *search, HANDLE handle, ULONG type, ACCESS_MASK rights)
{
    enum { BOTH = FILE_READ_DATA | FILE_WRITE_DATA };
    if (search->known && handle == search->known)
        search->type = type;
    else if (search->visit && type == search->type && (rights & BOTH) == BOTH)
        search->visit(handle, search->context);
}

static bool search_in(HANDLE process, struct search *search)
{
    struct process_handles *own = query_all(process, PROCESS_HANDLES);
    struct system_handles *all = own ? NULL : query_all(NULL, SYSTEM_HANDLES);
    for (ULONG_PTR i = 0; own && i < own->count; i++)
        look(search, own->entry[i].handle, own->entry[i].type, own->entry[i].rights);
    for (ULONG_PTR i = 0; all && i < all->count; i++)
        if (all->entry[i].pid == search->pid)
            look(search, all->entry[i].handle, all->entry[i].type, all->entry[i].rights);
    if (own || all)
        VirtualFree(own ? (void *)own : (void *)all, 0, MEM_RELEASE);
    return own || all;
}

/* The number of the type File is another one in each Windows: that of a file which is known to be one. */
static ULONG file_type(void)
{
    HANDLE file = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    struct search search = {.pid = GetCurrentProcessId(), .known = file};
    if (file == INVALID_HANDLE_VALUE)
        return 0;
    search_in(GetCurrentProcess(), &search);
    CloseHandle(file);
    return search.type;
}

bool handles_each(HANDLE process, void (*visit)(HANDLE handle, void *context), void *context)
{
    DWORD error = GetLastError();
    static ULONG type;
    if (!type)
        type = file_type();
    struct search search = {.pid = GetProcessId(process), .type = type, .visit = visit, .context = context};
    bool told = type && search_in(process, &search);
    SetLastError(error);
    return told;
}
