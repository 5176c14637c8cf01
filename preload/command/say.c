#include "preload/command/say.h"
#include "core/text.h"
#include <unistd.h>

void say(const char *what, const char *object, const char *why)
{
    char line[1024];
    struct text text = text_in(line, sizeof line);
    text_complain(&text, what, object, why);
    ssize_t ignored = write(STDERR_FILENO, line, text.used);
    (void)ignored;
}
