#include "say.h"
#include "winhook/console.h"
#include <stdio.h>
#include <string.h>

/* The system's sentence without its line end; a plain number when it has none. */
static void add_system_text(struct text *text, DWORD error)
{
    WCHAR wide[256];
    char sentence[512];
    DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, error, 0, wide,
                                  sizeof wide / sizeof *wide, NULL);
    while (length && (wide[length - 1] <= ' ' || wide[length - 1] == '.'))
        length--;
    int size = length ? WideCharToMultiByte(CP_UTF8, 0, wide, (int)length, sentence, sizeof sentence, NULL, NULL) : 0;
    text_add_span(text, (struct span){sentence, (size_t)size});
    text_add(text, size ? " (error " : "error ");
    text_add_number(text, error);
    text_add(text, size ? ")" : "");
}

static bool lost; /* some of the answer */

/* UTF-8 as it is; a console gets the characters. */
static bool write_to(FILE *stream, DWORD number, const char *text, size_t length)
{
    HANDLE handle = GetStdHandle(number);
    return console_is_one(handle) ? console_write(handle, text, length) : fwrite(text, 1, length, stream) == length;
}

void say_line(const char *line)
{
    write_to(stderr, STD_ERROR_HANDLE, line, strlen(line));
    fflush(stderr);
}

bool say_out(const char *text, size_t length)
{
    lost = !write_to(stdout, STD_OUTPUT_HANDLE, text, length) || lost;
    return !lost;
}

bool say_flush(void)
{
    lost = fflush(stdout) || lost;
    return !lost;
}

void say_error(const char *what, const char *object, const char *why, unsigned long error)
{
    char buffer[1024], because[600];
    struct text line = text_in(buffer, sizeof buffer), text = text_in(because, sizeof because);
    text_add(&text, why ? why : "");
    if (why && error)
        text_add(&text, ": ");
    if (error)
        add_system_text(&text, error);
    text_complain(&line, what, object, because);
    say_line(buffer);
}

void say(const char *what, const char *object, const char *why)
{
    say_error(what, object, why, 0);
}

int say_usage(const char *what, const char *object, const char *why)
{
    say(what, object, why);
    return EXIT_OURS;
}

int say_answer(const struct text *answer)
{
    say_out(answer->at, answer->used);
    return EXIT_DONE;
}

int say_finish(int result)
{
    if (say_flush())
        return result;
    return say_usage("output", NULL, "could not be written");
}
