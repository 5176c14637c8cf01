/*
 * The words of a command line, one a line: each is taken once, and what is wrong is one line that no terminal takes
 * for a command.
 */
#include "core/arguments.h"
#include "core/host_port.h"
#include "core/ports.h"
#include "fuzz.h"
#include "preload/command/commands.h"
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 48 };

static void check_operand(const char *word)
{
    static struct ports ports;
    struct host_port to = {0};
    TEXT(why, 256);
    uint16_t port = 0;
    PROPERTY(!port_parse(span_of(word), &port) || port);
    PROPERTY(!host_port_parse(span_of(word), false, &to) || (*to.port && *to.host));
    PROPERTY(ports_parse(span_of(word), &ports, &why) == (why.used == 0));
}

static void check_wrong(const struct text *line)
{
    PROPERTY(strncmp(line->at, "tcpalive: ", 10) == 0 || strncmp(line->at, "tcpalive ", 9) == 0);
    for (size_t i = 0; i + 1 < line->used; i++)
        PROPERTY((unsigned char)line->at[i] >= ' ' && line->at[i] != 0x7f);
    PROPERTY(line->at[line->used - 1] == '\n');
}

static void take_all(const struct command *command, int count, char *const *word)
{
    TEXT(line, 4096);
    enum argument got = ARGUMENT_OPTION;
    struct arguments arguments = arguments_of(command, count, word);
    for (int steps = 0; got == ARGUMENT_OPTION || got == ARGUMENT_OPERAND; steps++) {
        got = arguments_next(&arguments, &line);
        PROPERTY(steps <= count && arguments.at <= count);
        PROPERTY(got != ARGUMENT_OPTION || (arguments.option >= 0 && arguments.option < (int)command->option_count));
        PROPERTY((got == ARGUMENT_WRONG) == (line.used > 0));
        if (got == ARGUMENT_OPERAND)
            check_operand(arguments.value);
    }
    if (got == ARGUMENT_WRONG)
        check_wrong(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *word[WORDS_MAX + 1] = {NULL};
    int count = 0;
    if (!size)
        return 0;
    char *text = strndup((const char *)data + 1, size - 1);
    PROPERTY(text);
    word[count++] = (char[]){"tcpalive"};
    for (char *rest = text; rest && count < WORDS_MAX;)
        word[count++] = strsep(&rest, "\n");
    take_all(&commands[data[0] % COMMAND_COUNT], count, word);
    free(text);
    return 0;
}
