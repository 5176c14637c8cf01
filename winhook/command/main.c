/*
 * main: `tcpalive COMMAND [ARG...]`: finds the command and hands over; help and version.
 */
#include "arguments.h"
#include "command.h"
#include "core/help.h"
#include "pe_file.h"
#include "say.h"
#include "winhook/library/start.h"
#include <string.h>

static int (*const mains[])(const struct command_line *line) = {
#define X(name, ...) [COMMAND_##name] = name##_main,
    COMMANDS(X)
#undef X
};

static bool is_program(const char *word)
{
    WCHAR path[MAX_PATH];
    return pe_file_find(word, path, MAX_PATH);
}

static int dispatch(const struct command_line *line)
{
    const struct help_desk desk = {commands, COMMAND_COUNT, tcpalive_version + sizeof "tcpalive", "debugger",
                                   is_program};
    const char *word = line->count > 1 ? line->text[1] : "";
    const struct command *command = command_find(commands, COMMAND_COUNT, span_of(word));
    char buffer[HELP_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    if (command)
        return mains[command - commands](line);
    if (strcmp(word, "inject") == 0)
        return inject_main(line);
    if (help_answer(&text, &desk, line->count, line->text))
        return say_answer(&text);
    say_line(buffer);
    return EXIT_OURS;
}

int wmain(void);

int wmain(void)
{
    struct command_line line = command_line_of(GetCommandLineW());
    return say_finish(dispatch(&line));
}
