/* Part B9: a service in a session of its own, made and removed here; for an administrator. */
#include "run.h"
#include "self.h"
#include <string.h>

#define SERVICE_NAME  "tcpalive-verify"
#define COVERED_EVENT "Global\\tcpalive-verify-covered"
enum { WAIT_MS = 10000, STEP_MS = 100 };

static SERVICE_STATUS_HANDLE handle;
static HANDLE stopped;

static void tell_state(DWORD state)
{
    SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS,
                             .dwCurrentState = state,
                             .dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0};
    SetServiceStatus(handle, &status);
}

static DWORD WINAPI control(DWORD what, DWORD type, void *data, void *context)
{
    (void)type, (void)data, (void)context;
    if (what == SERVICE_CONTROL_STOP)
        SetEvent(stopped);
    return NO_ERROR;
}

/* Says when the listener that it had before is covered. */
static void WINAPI serve(DWORD argc, char **argv)
{
    int port;
    (void)argc, (void)argv;
    stopped = CreateEventA(NULL, TRUE, FALSE, NULL);
    handle = RegisterServiceCtrlHandlerExA(SERVICE_NAME, control, NULL);
    SOCKET s = listener(&port);
    tell_state(SERVICE_RUNNING);
    while (WaitForSingleObject(stopped, STEP_MS) == WAIT_TIMEOUT)
        if (keepalive_of(s) == 1)
            tell(COVERED_EVENT);
    tell_state(SERVICE_STOPPED);
}

void self_service(void)
{
    SERVICE_TABLE_ENTRYA table[] = {{(char *)SERVICE_NAME, serve}, {NULL, NULL}};
    StartServiceCtrlDispatcherA(table);
}

void service_remove(void)
{
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT), service;
    SERVICE_STATUS status;
    if (!manager || !(service = OpenServiceA(manager, SERVICE_NAME, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE)))
        return;
    ControlService(service, SERVICE_CONTROL_STOP, &status);
    for (int wait = 0; wait < 50 && QueryServiceStatus(service, &status) && status.dwCurrentState != SERVICE_STOPPED;
         wait++)
        Sleep(STEP_MS);
    DeleteService(service);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

/* Running; its process id. 0 with the error in `detail`. */
static DWORD start(char *detail)
{
    char line[LINE_SIZE];
    SERVICE_STATUS_PROCESS status = {0};
    DWORD size;
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE), service;
    snprintf(line, sizeof line, "%s self service", own(own_word()));
    service = CreateServiceA(manager, SERVICE_NAME, SERVICE_NAME, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
                             SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, line, NULL, NULL, NULL, NULL, NULL);
    if (!service || !StartServiceA(service, 0, NULL))
        sprintf(detail, "no service, error %lu", GetLastError());
    for (int wait = 0; service && wait < WAIT_MS / STEP_MS && status.dwCurrentState != SERVICE_RUNNING; wait++) {
        Sleep(STEP_MS);
        QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &size);
    }
    return status.dwCurrentState == SERVICE_RUNNING ? status.dwProcessId : 0;
}

static bool list_sees(DWORD pid)
{
    char line[LINE_SIZE];
    struct run run;
    snprintf(line, sizeof line, "%s list --json --pid %lu", tool(own_word()), pid);
    return run_line(line, WAIT_MS, &run) && strstr(run.output, "\"pid\"");
}

static const char *real_service(char *detail)
{
    char line[LINE_SIZE];
    struct run run = {0};
    HANDLE covered = CreateEventA(NULL, TRUE, FALSE, COVERED_EVENT);
    if (!is_elevated())
        return cannot(detail, "for an administrator");
    service_remove();
    DWORD pid = start(detail);
    if (!pid) {
        service_remove();
        return "n-a";
    }
    bool seen = list_sees(pid);
    snprintf(line, sizeof line, "%s attach --idle 37s --service %s", tool(own_word()), SERVICE_NAME);
    bool attached = run_line(line, WAIT_MS, &run) && !run.code;
    bool is_covered = attached && wait_for(covered, WAIT_MS);
    service_remove();
    if (!is_covered || !seen)
        snprintf(detail, DETAIL_SIZE, "list %s, attach 0x%lx%s: %.200s", answer(seen), run.code,
                 is_covered ? "" : ", not covered", run.output);
    return expect(is_covered && seen);
}

const struct step service_steps[] = {
    {"B9", "attach covers a service, and list sees it", real_service},
    {0},
};
