/* Part B7: real .NET Framework programs, made by the compiler that every Windows has. */
#include "run.h"
#include "self.h"
#include <string.h>

/* Ends with 42, SELF_COVERED, when its socket has keepalive. With a word it first says that it is ready and waits. */
static const char source[] =
    "using System; using System.Net.Sockets; using System.Threading;\n"
    "class P { static int Main(string[] words) {\n"
    "  if (words.Length > 0) {\n"
    "    var go = EventWaitHandle.OpenExisting(\"" GO_EVENT "\");\n"
    "    EventWaitHandle.OpenExisting(\"" READY_EVENT "\").Set();\n"
    "    go.WaitOne(15000);\n"
    "  } else Thread.Sleep(1500);\n"
    "  var s = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);\n"
    "  return (int)s.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive) != 0 ? 42 : 1;\n"
    "} }\n";

/* The program for that platform; NULL with the reason. */
static const char *compile(const char *platform, char *detail)
{
    static char program[2 * MAX_PATH];
    char windows[MAX_PATH], line[2 * LINE_SIZE];
    struct run run;
    if (is_wine() || !files_write("net.cs", source)) {
        cannot(detail, is_wine() ? "Wine has no .NET Framework" : "no file can be written");
        return NULL;
    }
    GetWindowsDirectoryA(windows, MAX_PATH);
    snprintf(program, sizeof program, "%snet-%s.exe", files_folder(), platform);
    snprintf(line, sizeof line,
             "\"%s\\Microsoft.NET\\Framework%s\\v4.0.30319\\csc.exe\" /nologo /platform:%s /out:\"%s\" \"%snet.cs\"",
             windows, sizeof(void *) == 8 ? "64" : "", platform, program, files_folder());
    if (run_line(line, STEP_LIMIT_MS / 2, &run) && !run.code)
        return program;
    snprintf(detail, DETAIL_SIZE, "no compiler: %.200s", run.output);
    return NULL;
}

static const char *run_net(const char *platform, char *detail)
{
    char line[2 * LINE_SIZE];
    struct run run;
    const char *program = compile(platform, detail);
    if (!program)
        return "n-a";
    snprintf(line, sizeof line, "%s " KIT_RUN " \"%s\"", tool(own_word()), program);
    run_line(line, STEP_LIMIT_MS / 2, &run);
    if (run.code != SELF_COVERED)
        run_tell(&run, detail);
    return expect(run.code == SELF_COVERED);
}

static const char *attach_net(const char *platform, char *detail)
{
    char line[2 * LINE_SIZE];
    struct beside beside;
    struct run run = {0};
    const char *program = compile(platform, detail);
    if (!program)
        return "n-a";
    snprintf(line, sizeof line, "\"%s\" wait", program);
    if (!beside_start(line, CREATE_NO_WINDOW, &beside))
        return "NO";
    bool ready = beside_ready(&beside), attached = attach(tool(own_word()), "--idle 37s", beside.pid, &run);
    SetEvent(beside.go);
    DWORD code = beside_end(&beside);
    if (code != SELF_COVERED || !attached)
        snprintf(detail, DETAIL_SIZE, "ready %s, attach 0x%lx, program 0x%lx: %.200s", answer(ready), run.code, code,
                 run.output);
    return expect(attached && code == SELF_COVERED);
}

#define PLATFORM (sizeof(void *) == 8 ? "x64" : "x86")

static const char *run_own(char *detail)
{
    return run_net(PLATFORM, detail);
}

static const char *run_any(char *detail)
{
    return run_net("anycpu", detail);
}

static const char *attach_own(char *detail)
{
    return attach_net(PLATFORM, detail);
}

static const char *attach_any(char *detail)
{
    return attach_net("anycpu", detail);
}

const struct step net_steps[] = {
    {"B7.run", "run reaches a .NET Framework program of this word size", run_own},
    {"B7.run.any", "run reaches one for any processor", run_any},
    {"B7.attach", "attach reaches a .NET Framework program of this word size", attach_own},
    {"B7.attach.any", "attach reaches one for any processor", attach_any},
    {0},
};
