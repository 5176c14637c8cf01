#include "preload/command/arguments.h"
#include "core/text.h"
#include <string.h>

bool argument_word(char *const argv[], int *at, const char *name)
{
    if (strcmp(argv[*at], name) != 0)
        return false;
    ++*at;
    return true;
}

bool argument_value(int argc, char *const argv[], int *at, const char *name, const char **value)
{
    size_t length = strlen(name);
    const char *word = argv[*at];
    if (strncmp(word, name, length) != 0 || (word[length] != '\0' && word[length] != '='))
        return false;
    ++*at;
    if (word[length] == '=')
        *value = word + length + 1;
    else
        *value = *at < argc ? argv[(*at)++] : "";
    return true;
}

bool argument_port(const char *text, uint16_t *port)
{
    uint64_t number;
    if (!span_number(span_of(text), UINT16_MAX, &number) || number == 0)
        return false;
    *port = (uint16_t)number;
    return true;
}
