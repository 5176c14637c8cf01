#include "arguments.h"
#include "command.h"
#include "pe_file.h"
#include "say.h"
#include "winhook/inject/obstacle.h"
#include <stdio.h>
#include <string.h>

static void describe(const struct pe_image *file)
{
    printf("%s, %s%s%s%s\n", file->word_bits == 64 ? "64-bit" : "32-bit", file->machine, file->managed ? ", .NET" : "",
           file->packed ? ", looks packed" : "", file->service ? ", a service" : "");
}

static void say_method(const char *name, bool reached, const char *why)
{
    printf("  %-10s %-4s %s\n", name, reached ? "yes" : "no", why);
}

/* Why run cannot reach the program, NULL when it can. */
static const char *why_not(const struct pe_image *file)
{
    WCHAR library[INJECT_PATH];
    if (!file->program)
        return "it is no program but a library";
    if (!file->reachable_machine)
        return "it is for another kind of processor";
    if (!inject_beside(file->word_bits == 64, L"tcpalive.dll", library))
        return inject_sentence(INJECT_NO_LIBRARY);
    enum inject_status obstacle = obstacle_in_file(file->word_bits == 64, library);
    if (obstacle != INJECT_OK)
        return inject_sentence(obstacle);
    if (file->service)
        return "the service manager starts it; attach --service reaches it while it runs";
    return NULL;
}

static const char *how(const struct pe_image *file)
{
    if (file->managed)
        return "a thread loads tcpalive.dll once .NET runs";
    if (file->packed)
        return "tcpalive.dll is put before its imports; what it unpacks finds the hooks by name";
    return "tcpalive.dll is put before its imports";
}

static int check(const char *name)
{
    struct pe_image file;
    DWORD error = pe_file_read(name, &file);
    if (error) {
        say_error("program", name, error == ERROR_BAD_EXE_FORMAT ? "not a Windows program" : NULL,
                  error == ERROR_BAD_EXE_FORMAT ? 0 : error);
        return error == ERROR_FILE_NOT_FOUND ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
    }
    const char *reason = why_not(&file);
    printf("%s: ", name);
    describe(&file);
    say_method("preload", !reason, reason ? reason : how(&file));
    say_method("attach", file.program && file.reachable_machine, "while it runs");
    if (reason)
        printf("tcpalive run cannot reach %s\n", name);
    else
        printf("tcpalive run takes preload\n");
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
