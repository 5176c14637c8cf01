#include "preload/command/say.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void say_line(const char *line)
{
    ssize_t ignored = write(STDERR_FILENO, line, strlen(line));
    (void)ignored;
}

void say(const char *what, const char *object, const char *why)
{
    char line[1536];
    struct text text = text_in(line, sizeof line);
    text_complain(&text, what, object, why);
    say_line(line);
}

int say_error(const char *what, const char *object, int error)
{
    return say_usage(what, object, strerror(error));
}

int say_answer(const struct text *answer)
{
    fwrite(answer->at, 1, answer->used, stdout);
    return EXIT_DONE;
}
