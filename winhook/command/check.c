#include "arguments.h"
#include "command.h"
#include "pe_file.h"
#include "say.h"
#include "winhook/inject/obstacle.h"

static void describe(struct text *text, const struct pe_file *file)
{
    text_add(text, file->batch ? "a batch file" : file->image.word_bits == 64 ? "64-bit, " : "32-bit, ");
    text_add(text, file->batch ? "" : file->image.machine);
    text_add(text, file->image.managed ? ", .NET" : "");
    text_add(text, file->image.packed ? ", looks packed" : "");
    text_add(text, file->image.service ? ", a service\n" : "\n");
}

static void add_method(struct text *text, const char *name, bool reached, const char *why)
{
    size_t line = text->used;
    text_add(text, "  ");
    text_add(text, name);
    text_pad(text, line, 13);
    text_add(text, reached ? "yes  " : "no   ");
    text_add(text, why);
    text_add_char(text, '\n');
}

/* Why run cannot reach the program, NULL when it can. */
static const char *why_not(const struct pe_file *file)
{
    WCHAR library[INJECT_PATH];
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

static int check(const char *name)
{
    char buffer[2048];
    struct text text = text_in(buffer, sizeof buffer);
    struct pe_file file;
    DWORD error = pe_file_read(name, &file);
    if (error)
        return complain(name, error);
    const char *reason = why_not(&file);
    text_add(&text, name);
    text_add(&text, ": ");
    describe(&text, &file);
    add_method(&text, "preload", !reason, reason ? reason : how(&file));
    add_method(&text, "attach", file.image.program && file.image.reachable_machine,
               file.batch ? "attach to what it starts" : "while it runs");
    text_add(&text, reason ? "tcpalive run cannot reach " : "tcpalive run takes preload");
    text_add(&text, reason ? name : "");
    text_add_char(&text, '\n');
    say_answer(&text);
    return reason ? EXIT_UNREACHED : EXIT_DONE;
}

int check_main(const struct command_line *line)
{
    struct arguments arguments = arguments_begin(COMMAND_check, line);
    int result = GO_ON, worst = EXIT_DONE, count = 0;
    while (arguments_take(&arguments, &result) != ARGUMENT_END) {
        int one = check(arguments.value);
        worst = one > worst ? one : worst;
        count++;
    }
    if (result != GO_ON)
        return result;
    return count ? worst : say_usage("check", NULL, "needs a PROGRAM; see tcpalive help check");
}
