#include "arguments.h"
#include "command.h"
#include "core/check_print.h"
#include "pe_file.h"
#include "say.h"
#include "winhook/inject/beside.h"
#include "winhook/inject/obstacle.h"

enum { ANSWER_SIZE = 16384 }; /* a path twice, each byte escaped at the worst */

static void describe(struct text *text, const struct pe_file *file)
{
    text_add(text, file->batch ? "a batch file" : file->image.word_bits == 64 ? "64-bit, " : "32-bit, ");
    text_add(text, file->batch ? "" : file->image.machine);
    text_add(text, file->image.managed ? ", .NET" : "");
    text_add(text, file->image.packed ? ", looks packed" : "");
    text_add(text, file->image.service ? ", a service" : "");
}

/* Why run cannot reach the program, NULL when it can. */
static const char *why_not(const struct pe_file *file)
{
    WCHAR library[LONG_PATH];
    if (file->batch)
        return NULL;
    if (!file->image.program)
        return "it is no program but a library";
    if (!file->image.reachable_machine)
        return "it is for another kind of processor";
    if (!inject_beside(file->image.word_bits == 64, L"tcpalive.dll", library))
        return inject_sentence(INJECT_NO_LIBRARY);
    enum inject_status obstacle = obstacle_in_file(file->image.word_bits == 64, library);
    if (obstacle != INJECT_OK)
        return inject_sentence(obstacle);
    if (file->image.service)
        return "the service manager starts it; attach --service reaches it while it runs";
    return NULL;
}

static const char *how(const struct pe_file *file)
{
    if (file->batch)
        return "cmd.exe runs it; what that starts is followed";
    if (file->image.managed)
        return "a thread loads tcpalive.dll once .NET runs";
    if (file->image.packed)
        return "tcpalive.dll is put before its imports; what it unpacks finds the hooks by name";
    return "tcpalive.dll is put before its imports";
}

/* What the system says of a file, in other words where those say little. */
static int complain(const char *name, DWORD error)
{
    const char *why = error == ERROR_BAD_EXE_FORMAT     ? "not a Windows program"
                      : error == ERROR_CANT_ACCESS_FILE ? "an alias of an installed app, whose program is elsewhere"
                                                        : NULL;
    say_error("program", name, why, error == ERROR_BAD_EXE_FORMAT ? 0 : error);
    return error == ERROR_FILE_NOT_FOUND ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

/* The exit code for one program; the answer on stdout. `before` stands between it and the last. */
static int check(const char *name, bool json, const char **before)
{
    static char buffer[ANSWER_SIZE];
    char phrase[128];
    struct text text = text_in(buffer, sizeof buffer), what = text_in(phrase, sizeof phrase);
    static struct pe_file file;
    DWORD error = pe_file_read(name, &file);
    if (error)
        return complain(name, error);
    const char *reason = why_not(&file);
    const struct check_way ways[] = {{"preload", !reason, reason ? reason : how(&file)},
                                     {"attach", file.image.program && file.image.reachable_machine,
                                      file.batch ? "attach to what it starts" : "while it runs"}};
    describe(&what, &file);
    const struct check answer = {.name = name,
                                 .path = file.path,
                                 .what = phrase,
                                 .run = reason ? NULL : "preload",
                                 .way = ways,
                                 .ways = sizeof ways / sizeof *ways};
    text_add(&text, *before);
    *before = json ? "," : "";
    if (json)
        check_write_json(&text, &answer);
    else
        check_write(&text, &answer);
    say_answer(&text);
    return reason ? EXIT_UNREACHED : EXIT_DONE;
}

int check_main(const struct command_line *line)
{
    struct arguments arguments = arguments_begin(COMMAND_check, line);
    int result = GO_ON, worst = EXIT_DONE, count = 0;
    const char *before = "";
    bool json = false;
    /* The programs move to the front, over words that were taken already. */
    for (enum argument got; (got = arguments_take(&arguments, &result)) != ARGUMENT_END;)
        if (got == ARGUMENT_OPERAND)
            line->text[count++] = line->text[arguments.at];
        else
            json = true;
    if (result != GO_ON)
        return result;
    if (!count)
        return say_usage("check", NULL, "needs a PROGRAM; see tcpalive help check");
    say_out("[", json ? 1 : 0);
    for (int i = 0; i < count; i++) {
        int one = check(line->text[i], json, &before);
        worst = one > worst ? one : worst;
    }
    say_out("]\n", json ? 2 : 0);
    return worst;
}
