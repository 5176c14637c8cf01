/*
 * rows: prints the tables of commands and settings as the rows that the shells' completions hold:
 *
 *     COMMAND FLAG VALUE HELP      run --mode enforce|tighten|respect what the program's calls change
 *
 * VALUE is what may stand behind the flag, "-" where nothing does; the row whose FLAG is `operands` tells of the
 * command itself. The rows stand in a quoted word of each shell, where \' is a '. Built and run by the Makefile only.
 */
#include "core/middlebox.h"
#include "preload/command/commands.h"
#include <stdio.h>

/* As one word. */
static void print_value(const char *value)
{
    putchar(' ');
    if (!*value)
        putchar('-');
    for (; *value; value++)
        if (*value != ' ')
            putchar(*value);
}

static void print_help(const char *help)
{
    putchar(' ');
    for (; *help; help++)
        printf(*help == '\'' ? "\\'" : "%c", *help);
    putchar('\n');
}

static void print_option(const char *command, const char *flag, const char *value, const char *help)
{
    printf("%s %s", command, flag);
    print_value(value);
    print_help(help);
}

/* `survive` takes the name of any middlebox that keepalive helps against. */
static void print_setting(const char *command, enum setting_id id, const char *value, const char *help)
{
    char flag[SETTING_NAME_SIZE];
    setting_flag(id, flag);
    if (settings[id].kind != KIND_LIMIT) {
        print_option(command, flag, value, help);
        return;
    }
    printf("%s %s DURATION", command, flag);
    for (size_t i = 0; i < middlebox_count; i++)
        if (middleboxes[i].idle_limit_ms)
            printf("|%s", middleboxes[i].name);
    print_help(help);
}

static void print_command(const struct command *command)
{
    print_option(command->name, "operands", command->operands, command->what);
    for (size_t i = 0; i < command->option_count; i++)
        print_option(command->name, command->options[i].name, command->options[i].argument, command->options[i].help);
    print_option(command->name, "--help", "", "what it takes");
    if (!command->settings)
        return;
#define X(id, suffix, kind, low, high, fallback, argument, help)                                                       \
    if (SETTING_##id != SETTING_ENABLED)                                                                               \
        print_setting(command->name, SETTING_##id, argument, help);
    SETTINGS(X)
#undef X
}

int main(void)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        print_command(&commands[i]);
    printf("help operands ");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("%s|", commands[i].name);
    puts("settings Says what a command takes");
    return 0;
}
