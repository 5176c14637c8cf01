/*
 * rows: prints the tables of commands and settings as the rows that the shells' completions hold:
 *
 *     COMMAND FLAG VALUE HELP      run --mode enforce|tighten|respect what the program's calls change
 *
 * VALUE is what may stand behind the flag, "-" where nothing does; the row whose FLAG is `operands` tells of the
 * command itself; those of `rule`, which is no command, tell what stands in a rule behind its endpoint. The rows stand
 * in a quoted word of each shell, where \' is a '. Built and run by the Makefile only.
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

/* `survive` takes the name of any middlebox that keepalive helps against; what is left to the system is an option. */
static void print_setting(const char *command, enum setting_id id, const char *value, const char *help)
{
    char flag[SETTING_NAME_SIZE];
    setting_flag(id, flag);
    printf("%s %s", command, flag);
    if (settings[id].kind == KIND_LIMIT)
        value = "DURATION";
    print_value(value);
    for (size_t i = 0; i < middlebox_count; i++)
        if (settings[id].kind == KIND_LIMIT && middleboxes[i].idle_limit_ms)
            printf("|%s", middleboxes[i].name);
    fputs(id < OPTION_COUNT ? "|system" : "", stdout);
    print_help(help);
}

/* All of them, or what a rule may hold behind its endpoint. */
static void print_settings(const char *command, bool in_rule)
{
#define X(id, suffix, kind, low, high, fallback, argument, help)                                                       \
    if (SETTING_##id != SETTING_ENABLED && (!in_rule || setting_in_rule(SETTING_##id)))                                \
        print_setting(command, SETTING_##id, argument, help);
    SETTINGS(X)
#undef X
}

static void print_command(const struct command *command)
{
    print_option(command->name, "operands", command->operands, command->what);
    for (size_t i = 0; i < command->option_count; i++)
        print_option(command->name, command->options[i].name, command->options[i].argument, command->options[i].help);
    print_option(command->name, "--help", "", "what it takes");
    if (command->settings)
        print_settings(command->name, false);
}

int main(void)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        print_command(&commands[i]);
    print_settings("rule", true);
    printf("help operands ");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("%s|", commands[i].name);
    puts("settings Says what a command takes");
    return 0;
}
