/* Programs that make it hard: for whoever looks at what they have loaded, and at what they have open. */
#include "probe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOADERS = 4, LIBRARIES = 12 };

static volatile LONG ended;

static DWORD WINAPI load_and_unload(void *first)
{
    static const char *const names[LIBRARIES] = {"winmm.dll",   "crypt32.dll",  "wininet.dll",  "winhttp.dll",
                                                 "dbghelp.dll", "setupapi.dll", "comdlg32.dll", "urlmon.dll",
                                                 "msi.dll",     "dnsapi.dll",   "rasapi32.dll", "netapi32.dll"};
    for (unsigned i = (unsigned)(ULONG_PTR)first; !ended; i++) {
        HMODULE module = LoadLibraryA(names[i % LIBRARIES]);
        if (module)
            FreeLibrary(module);
    }
    return 0;
}

/* unload: a listener, and threads that load and unload libraries until standard input ends. */
static void way_unload(int argc, char **argv)
{
    (void)argc, (void)argv;
    announce(socket(AF_INET, SOCK_STREAM, 0));
    for (ULONG_PTR i = 0; i < LOADERS; i++)
        must(CreateThread(NULL, 0, load_and_unload, (void *)(i * 3), 0, NULL) != NULL, "CreateThread");
    hold();
    ended = 1;
    ExitProcess(7);
}

/* Says how many of the sockets have keepalive, by a call that nobody answers for the system. */
static void count(const SOCKET *sockets, int number)
{
    int covered = 0;
    for (int i = 0; i < number; i++) {
        int on = 0, size = sizeof on;
        must(!getsockopt(sockets[i], SOL_SOCKET, SO_KEEPALIVE, (char *)&on, &size), "SO_KEEPALIVE");
        covered += (on & 0xff) != 0;
    }
    printf("covered %d\n", covered);
}

/* crowd NUMBER: a listener and that many sockets; at each line of standard input it counts those with keepalive. */
static void way_crowd(int argc, char **argv)
{
    int number = atoi(argv[0]);
    char line[64];
    SOCKET *sockets = calloc((size_t)number, sizeof *sockets);
    (void)argc;
    announce(socket(AF_INET, SOCK_STREAM, 0));
    for (int i = 0; i < number; i++) {
        sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
        must(sockets[i] != INVALID_SOCKET, "socket");
    }
    puts("ready");
    while (fgets(line, sizeof line, stdin))
        count(sockets, number);
    free(sockets);
}

/* other_machine: says in memory that it was made for ARM64, as such a process's own headers do, and listens. */
static void way_other_machine(int argc, char **argv)
{
    BYTE *base = (BYTE *)GetModuleHandleA(NULL);
    IMAGE_NT_HEADERS *headers = (IMAGE_NT_HEADERS *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
    DWORD before;
    (void)argc, (void)argv;
    must(VirtualProtect(headers, sizeof *headers, PAGE_READWRITE, &before), "VirtualProtect");
    headers->FileHeader.Machine = 0xaa64;
    announce(socket(AF_INET, SOCK_STREAM, 0));
    hold();
}

/* saves FILE: says by an event that it is at its work, takes four seconds for it, and is told to end long before. */
static BOOL WINAPI goes_on(DWORD event)
{
    (void)event;
    return TRUE;
}

static void way_saves(int argc, char **argv)
{
    (void)argc;
    SetConsoleCtrlHandler(goes_on, TRUE);
    SetEvent(OpenEventA(EVENT_MODIFY_STATE, FALSE, "probe-saves"));
    Sleep(4000);
    must(CreateFileA(argv[0], GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL) != INVALID_HANDLE_VALUE, "CreateFile");
}

/* environment: its own, as it came. */
static void way_environment(int argc, char **argv)
{
    (void)argc, (void)argv;
    for (const char *entry = GetEnvironmentStringsA(); *entry; entry += strlen(entry) + 1)
        printf("has %s\n", entry);
}

static void wait_for_end(HANDLE process)
{
    DWORD code = 99;
    must(WaitForSingleObject(process, 60000) == WAIT_OBJECT_0, "wait");
    GetExitCodeProcess(process, &code);
    printf("child %lu\n", code);
}

/* child_environment PROGRAM: starts the program with a sorted environment of its own making. */
static void way_child_environment(int argc, char **argv)
{
    char line[MAX_PATH + 32], block[] = "AAA=1\0SystemRoot=C:\\windows\0ZZZ=2\0";
    STARTUPINFOA how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    (void)argc;
    snprintf(line, sizeof line, "\"%s\" environment", argv[0]);
    GetStartupInfoA(&how);
    must(CreateProcessA(argv[0], line, NULL, NULL, TRUE, 0, block, NULL, &how, &child), "CreateProcessA");
    wait_for_end(child.hProcess);
}

/*
 * Headers of a process that has not run: where its directories of imports and of their addresses lie, and its sections.
 */
static void print_headers(HANDLE process, BYTE *base)
{
    BYTE page[4096];
    IMAGE_SECTION_HEADER *section;
    must(ReadProcessMemory(process, base, page, sizeof page, NULL), "ReadProcessMemory");
    IMAGE_NT_HEADERS *headers = (IMAGE_NT_HEADERS *)(page + ((IMAGE_DOS_HEADER *)page)->e_lfanew);
    const IMAGE_DATA_DIRECTORY *directory = headers->OptionalHeader.DataDirectory;
    printf("imports %lx\naddresses %lx %lx\n", directory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress,
           directory[IMAGE_DIRECTORY_ENTRY_IAT].VirtualAddress, directory[IMAGE_DIRECTORY_ENTRY_IAT].Size);
    section = IMAGE_FIRST_SECTION(headers);
    for (int i = 0; i < headers->FileHeader.NumberOfSections; i++, section++)
        printf("section %.8s %lx %lx\n", section->Name, section->VirtualAddress, section->Misc.VirtualSize);
}

/*
 * prepended TOOL PROGRAM: the program's headers once tcpalive has been at it, before it runs; then it may run
 * to its end.
 */
static void way_prepended(int argc, char **argv)
{
    char line[2 * MAX_PATH];
    STARTUPINFOA how = {.cb = sizeof how};
    PROCESS_INFORMATION program, tool;
    BYTE *base = (BYTE *)GetModuleHandleA(NULL); /* the same program's, which has one place */
    (void)argc;
    GetStartupInfoA(&how);
    snprintf(line, sizeof line, "\"%s\" exit 0", argv[1]);
    must(CreateProcessA(argv[1], line, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &how, &program),
         "CreateProcess");
    print_headers(program.hProcess, base);
    snprintf(line, sizeof line, "\"%s\" inject new %lu", argv[0], program.dwProcessId);
    must(CreateProcessA(argv[0], line, NULL, NULL, TRUE, 0, NULL, NULL, &how, &tool), "CreateProcess");
    WaitForSingleObject(tool.hProcess, 60000);
    print_headers(program.hProcess, base);
    ResumeThread(program.hThread);
    wait_for_end(program.hProcess);
}

const struct way hostile_ways[] = {
    {"prepended", way_prepended},
    {"other_machine", way_other_machine},
    {"saves", way_saves},
    {"environment", way_environment},
    {"child_environment", way_child_environment},
    {"unload", way_unload},
    {"crowd", way_crowd},
    {0},
};
