/* Parts B8 and B11: programs that the machine has, and one for its own processor where that is another. */
#include "run.h"
#include "sockets.h"
#include <string.h>

/*
 * A connection by the program of this line, in which %d is the port, under tcpalive; what list reads of it from
 * outside. It stays until it is ended.
 */
static const char *connects_under(const char *format, char *detail)
{
    char program[LINE_SIZE], line[2 * LINE_SIZE];
    int port;
    SOCKET from = listener(&port);
    struct timeval limit = {10, 0};
    struct beside beside;
    struct run run;
    fd_set ready;
    snprintf(program, sizeof program, format, port);
    snprintf(line, sizeof line, "%s " KIT_RUN " %s", tool(own_word()), program);
    if (!beside_start(line, CREATE_NO_WINDOW, &beside))
        return cannot(detail, "tcpalive does not start");
    FD_ZERO(&ready);
    FD_SET(from, &ready);
    bool came = select(0, &ready, NULL, NULL, &limit) == 1 && accept(from, NULL, NULL) != INVALID_SOCKET;
    snprintf(line, sizeof line, "%s list --json --port %d", tool(own_word()), port);
    bool listed = came && run_line(line, STEP_LIMIT_MS / 2, &run);
    TerminateProcess(beside.process, 0); /* and with it the program */
    beside_end(&beside);
    if (!came)
        return cannot(detail, "it is not on this machine, or does not connect");
    /* The listener's row is this program's own and has no keepalive. */
    bool covered = listed && strstr(run.output, "\"idle\":37");
    snprintf(detail, DETAIL_SIZE, "%.280s", covered ? "" : run.output);
    return covered ? "yes" : strstr(run.output, "\"keepalive\":") ? "NO" : "info";
}

static const char *of_the_system(const char *format, char *detail)
{
    if (is_wine() || !is_native())
        return cannot(detail, is_wine() ? "Wine has no such program" : "asked by the other word size");
    return connects_under(format, detail);
}

static const char *curl(char *detail)
{
    return of_the_system("curl.exe -s telnet://127.0.0.1:%d", detail);
}

static const char *powershell(char *detail)
{
    return of_the_system("powershell.exe -NoProfile -Command \"$c = New-Object Net.Sockets.TcpClient('127.0.0.1', %d); "
                         "Start-Sleep 20\"",
                         detail);
}

static const char *ssh(char *detail)
{
    return of_the_system("ssh.exe -o BatchMode=yes -o StrictHostKeyChecking=no -p %d nobody@127.0.0.1", detail);
}

/* A page of its own, which a process draws that loads no library but signed ones. */
static const char *edge(char *detail)
{
    char program[LINE_SIZE], folder[MAX_PATH], line[2 * LINE_SIZE];
    struct run bare, ours;
    if (is_wine() || !is_native())
        return cannot(detail, is_wine() ? "Wine has no such program" : "asked by the other word size");
    if (!GetEnvironmentVariableA("ProgramFiles(x86)", folder, MAX_PATH))
        return cannot(detail, "it is not on this machine");
    snprintf(program, sizeof program,
             "\"%s\\Microsoft\\Edge\\Application\\msedge.exe\" --headless --disable-gpu --no-first-run "
             "--user-data-dir=\"%sedge\" --dump-dom \"data:text/html,<p id=tcpalive></p>\"",
             folder, files_folder());
    if (!run_line(program, STEP_LIMIT_MS / 3, &bare) || !strstr(bare.output, "tcpalive"))
        return cannot(detail, "it is not on this machine, or draws nothing bare");
    snprintf(line, sizeof line, "%s " KIT_RUN " %s", tool(own_word()), program);
    bool drawn = run_line(line, STEP_LIMIT_MS / 3, &ours) && strstr(ours.output, "tcpalive");
    if (!drawn)
        run_tell(&ours, detail);
    return expect(drawn);
}

/* The machine in a program's header, 0 when it cannot be read. */
static WORD machine_of(const char *path)
{
    IMAGE_DOS_HEADER dos;
    DWORD signature;
    IMAGE_FILE_HEADER header = {0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    if (fread(&dos, sizeof dos, 1, file) != 1 || fseek(file, dos.e_lfanew, SEEK_SET) ||
        fread(&signature, sizeof signature, 1, file) != 1 || fread(&header, sizeof header, 1, file) != 1)
        header.Machine = 0;
    fclose(file);
    return header.Machine;
}

/* attach says that it is for another processor, and the program lives. */
static const char *native_arm64(char *detail)
{
    enum { ARM64 = 0xaa64 };
    char program[MAX_PATH + 32], line[LINE_SIZE];
    struct beside ping;
    struct run run = {0};
    GetSystemDirectoryA(program, MAX_PATH);
    strcat(program, "\\ping.exe");
    if (machine_of(program) != ARM64)
        return cannot(detail, "not such a machine");
    snprintf(line, sizeof line, "\"%s\" -n 20 127.0.0.1", program);
    if (!beside_start(line, CREATE_NO_WINDOW, &ping))
        return cannot(detail, "it does not start");
    Sleep(1000);
    bool refused = !attach(tool(own_word()), "--idle 37s", ping.pid, &run) && run.code;
    bool lives = WaitForSingleObject(ping.process, 2000) == WAIT_TIMEOUT;
    TerminateProcess(ping.process, 0);
    beside_end(&ping);
    snprintf(detail, DETAIL_SIZE, "code 0x%lx, %s: %.200s", run.code, lives ? "lives" : "ended", run.output);
    return expect(refused && lives);
}

const struct step machine_steps[] = {
    {"B8.curl", "a connection by curl.exe", curl},
    {"B8.powershell", "a connection by PowerShell", powershell},
    {"B8.ssh", "a connection by ssh.exe", ssh},
    {"B8.edge", "Edge draws a page", edge},
    {"B11", "attach refuses a native ARM64 program, which goes on", native_arm64},
    {0},
};
