/*
 * main: `tcpalive COMMAND [ARG...]`: finds the command and hands over; help and version.
 */
#include "core/help.h"
#include "preload/command/arguments.h"
#include "preload/command/attach.h"
#include "preload/command/cgroup.h"
#include "preload/command/check.h"
#include "preload/command/enable.h"
#include "preload/command/explain.h"
#include "preload/command/list.h"
#include "preload/command/measure.h"
#include "preload/command/run.h"
#include "preload/command/say.h"
#include "preload/command/standard.h"
#include "preload/program/program.h"

/* Where our library was preloaded it looks for this name and leaves the process alone. */
__attribute__((used, visibility("default"))) const char tcpalive_itself = 1;

static int (*const mains[])(int argc, char **argv) = {
#define X(name, ...) [COMMAND_##name] = name##_main,
    COMMANDS(X)
#undef X
};

static bool is_program(const char *word)
{
    struct program program;
    return program_read(word, &program) == 0;
}

static int dispatch(int argc, char **argv)
{
    static const struct help_desk desk = {commands, COMMAND_COUNT, TCPALIVE_VERSION, "syslog", is_program};
    const struct command *command = argc > 1 ? command_find(commands, COMMAND_COUNT, span_of(argv[1])) : NULL;
    char buffer[HELP_SIZE];
    struct text text = text_in(buffer, sizeof buffer);
    if (command)
        return mains[command - commands](argc - 1, argv + 1);
    if (help_answer(&text, &desk, argc, argv))
        return say_answer(&text);
    say_line(buffer);
    return EXIT_OURS;
}

int main(int argc, char **argv)
{
    standard_hold();
    return standard_finish(dispatch(argc, argv));
}
