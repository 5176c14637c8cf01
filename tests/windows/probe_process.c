#include "probe.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the program itself may do, as another user's would be handed to it. */
static HANDLE own_user(void)
{
    HANDLE own, user;
    must(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own), "OpenProcessToken");
    must(DuplicateTokenEx(own, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation, TokenPrimary, &user), "DuplicateTokenEx");
    return user;
}

static void wait_for(const PROCESS_INFORMATION *child)
{
    DWORD code = 99;
    must(WaitForSingleObject(child->hProcess, 60000) == WAIT_OBJECT_0, "wait");
    GetExitCodeProcess(child->hProcess, &code);
    printf("child %lu\n", code);
}

/* child_as_user PROGRAM PORT */
static void way_child_as_user(int argc, char **argv)
{
    char line[MAX_PATH + 64];
    STARTUPINFOA how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    (void)argc;
    snprintf(line, sizeof line, "\"%s\" connect %s", argv[0], argv[1]);
    GetStartupInfoA(&how);
    must(CreateProcessAsUserA(own_user(), argv[0], line, NULL, NULL, TRUE, 0, NULL, NULL, &how, &child),
         "CreateProcessAsUserA");
    wait_for(&child);
}

static void way_child_as_user_wide(int argc, char **argv)
{
    WCHAR program[MAX_PATH], line[MAX_PATH + 64];
    char plain[MAX_PATH + 64];
    STARTUPINFOW how = {.cb = sizeof how};
    PROCESS_INFORMATION child;
    (void)argc;
    snprintf(plain, sizeof plain, "\"%s\" connect %s", argv[0], argv[1]);
    MultiByteToWideChar(CP_ACP, 0, argv[0], -1, program, MAX_PATH);
    MultiByteToWideChar(CP_ACP, 0, plain, -1, line, MAX_PATH + 64);
    GetStartupInfoW(&how);
    must(CreateProcessAsUserW(own_user(), program, line, NULL, NULL, TRUE, 0, NULL, NULL, &how, &child),
         "CreateProcessAsUserW");
    wait_for(&child);
}

static DWORD WINAPI wait_for_client(void *pipe)
{
    ConnectNamedPipe(pipe, NULL);
    return 0;
}

static DWORD WINAPI wait_for_word(void *pipe)
{
    char word;
    DWORD size;
    ReadFile(pipe, &word, 1, &size, NULL);
    return 0;
}

static HANDLE pipe_instance(const char *name)
{
    HANDLE pipe = CreateNamedPipeA(name, PIPE_ACCESS_DUPLEX, PIPE_TYPE_BYTE | PIPE_WAIT, 1, 64, 64, 0, NULL);
    must(pipe != INVALID_HANDLE_VALUE, "CreateNamedPipe");
    return pipe;
}

/* pipes: handles whose owner sits in calls that wait, two of them, then a listener behind them. */
static void way_pipes(int argc, char **argv)
{
    static const char lonely[] = "\\\\.\\pipe\\tcpalive-lonely", silent[] = "\\\\.\\pipe\\tcpalive-silent";
    HANDLE first = pipe_instance(lonely), second = pipe_instance(silent);
    HANDLE client = CreateFileA(silent, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    (void)argc, (void)argv;
    must(client != INVALID_HANDLE_VALUE, "CreateFile");
    must(CreateThread(NULL, 0, wait_for_client, first, 0, NULL) != NULL, "CreateThread");
    must(CreateThread(NULL, 0, wait_for_word, second, 0, NULL) != NULL, "CreateThread");
    Sleep(200);
    announce(socket(AF_INET, SOCK_STREAM, 0));
    hold();
    TerminateProcess(GetCurrentProcess(), 0); /* the threads wait for ever */
}

static volatile LONG events;

static BOOL WINAPI take_event(DWORD event)
{
    printf("event %lu\n", event);
    InterlockedIncrement(&events);
    return TRUE;
}

/* console: waits for an event from the console, a little longer for a second one, and ends with 40 + their number. */
static void way_console(int argc, char **argv)
{
    (void)argc, (void)argv;
    must(SetConsoleCtrlHandler(take_event, TRUE), "SetConsoleCtrlHandler");
    puts("ready");
    for (int i = 0; i < 600 && !events; i++)
        Sleep(100);
    Sleep(500);
    exit(40 + (int)events);
}

static SERVICE_STATUS_HANDLE service_handle;
static HANDLE service_ends;

static void service_is(DWORD state)
{
    SERVICE_STATUS status = {
        .dwServiceType = SERVICE_WIN32_OWN_PROCESS, .dwCurrentState = state, .dwControlsAccepted = SERVICE_ACCEPT_STOP};
    SetServiceStatus(service_handle, &status);
}

static void WINAPI service_control(DWORD control)
{
    if (control == SERVICE_CONTROL_STOP)
        SetEvent(service_ends);
}

static u_short service_port;

static void WINAPI service_main(DWORD argc, char **argv)
{
    struct sockaddr_in name = loopback(service_port);
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    (void)argc, (void)argv;
    service_ends = CreateEventA(NULL, TRUE, FALSE, NULL);
    service_handle = RegisterServiceCtrlHandlerA("tcpalive-probe", service_control);
    bind(s, (struct sockaddr *)&name, sizeof name);
    listen(s, SOMAXCONN);
    service_is(SERVICE_RUNNING);
    WaitForSingleObject(service_ends, INFINITE);
    closesocket(s);
    service_is(SERVICE_STOPPED);
}

/*
 * service PORT: what the service manager starts; it listens on the port. By name, or check would take the whole
 * probe for one.
 */
static void way_service(int argc, char **argv)
{
    SERVICE_TABLE_ENTRYA table[] = {{"tcpalive-probe", service_main}, {NULL, NULL}};
    (void)argc;
    service_port = (u_short)atoi(argv[0]);
    typedef BOOL(WINAPI * start_dispatcher)(const SERVICE_TABLE_ENTRYA *);
    ((start_dispatcher)(void *)GetProcAddress(GetModuleHandleA("advapi32.dll"), "StartServiceCtrlDispatcherA"))(table);
}

/* Told to stop, until it has: its next start would be refused. */
static void stop_service(SC_HANDLE service)
{
    SERVICE_STATUS status;
    must(ControlService(service, SERVICE_CONTROL_STOP, &status), "ControlService");
    for (int i = 0; i < 600 && status.dwCurrentState != SERVICE_STOPPED; i++) {
        Sleep(100);
        must(QueryServiceStatus(service, &status), "QueryServiceStatus");
    }
}

/* manage make|start|stop|delete PORT: the service, by its manager. */
static void way_manage(int argc, char **argv)
{
    char program[MAX_PATH], line[MAX_PATH + 32];
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS), service;
    (void)argc;
    must(manager != NULL, "OpenSCManager");
    GetModuleFileNameA(NULL, program, sizeof program);
    snprintf(line, sizeof line, "\"%s\" service %s", program, argv[1]);
    service = strcmp(argv[0], "make") == 0
                  ? CreateServiceA(manager, "tcpalive-probe", NULL, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
                                   SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, line, NULL, NULL, NULL, NULL, NULL)
                  : OpenServiceA(manager, "tcpalive-probe", SERVICE_ALL_ACCESS);
    must(service != NULL, "service");
    if (strcmp(argv[0], "start") == 0)
        must(StartServiceA(service, 0, NULL), "StartService");
    else if (strcmp(argv[0], "stop") == 0)
        stop_service(service);
    else if (strcmp(argv[0], "delete") == 0)
        must(DeleteService(service), "DeleteService");
}

const struct way process_ways[] = {
    {"manage", way_manage},
    {"service", way_service},
    {"child_as_user", way_child_as_user},
    {"child_as_user_wide", way_child_as_user_wide},
    {"pipes", way_pipes},
    {"console", way_console},
    {0},
};
