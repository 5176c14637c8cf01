/*
 * The line for cmd.exe that starts a batch file. cmd.exe reads it by rules of its own, in which an argument that was
 * quoted for anybody else may end its quotes early and go on as another command.
 */
#include "program.h"

enum { INTERPRETER_TAKES = 8191 }; /* characters (Microsoft: Command prompt line string limitation) */

/* Does cmd.exe take this line as arguments and nothing else? Then it is handed on as it was typed. */
static bool is_harmless(const WCHAR *typed)
{
    bool quoted = false;
    for (; *typed; typed++) {
        if (*typed == '"')
            quoted = !quoted;
        else if (*typed == '%' || (*typed < ' ' && *typed != '\t'))
            return false;
        else if (!quoted && (*typed == '&' || *typed == '|' || *typed == '<' || *typed == '>' || *typed == '^'))
            return false;
    }
    return !quoted;
}

/* A line being built; what does not fit makes it too long. */
struct words {
    WCHAR *at;
    size_t used;
};

static void add_char(struct words *line, WCHAR c)
{
    if (line->used < INTERPRETER_TAKES)
        line->at[line->used] = c;
    line->used++;
}

static void add(struct words *line, const WCHAR *text)
{
    while (*text)
        add_char(line, *text++);
}

/* Nothing names a variable where a percent sign follows one that expands to nothing. */
static void add_inert(struct words *line, WCHAR c)
{
    if (c == '%')
        add(line, L"%%cd:~,");
    add_char(line, c);
}

static bool is_plain(WCHAR c)
{
    static const WCHAR plain[] = L"#$*+-./:?@\\_";
    for (size_t i = 0; plain[i]; i++)
        if (c == plain[i])
            return true;
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c > 0x9f;
}

static bool needs_quotes(const WCHAR *text)
{
    bool plain = *text;
    for (; *text; text++)
        plain = plain && is_plain(*text) && !(*text == '\\' && !text[1]);
    return !plain;
}

/*
 * Quotes are doubled, which both cmd.exe and whatever it starts take for one; backslashes before them as
 * C's run-time does.
 */
static void add_argument(struct words *line, const WCHAR *text)
{
    bool quoted = needs_quotes(text);
    size_t backslashes = 0;
    add_char(line, ' ');
    if (quoted)
        add_char(line, '"');
    for (; *text; text++) {
        for (; *text == '"' && backslashes; backslashes--)
            add_char(line, '\\');
        backslashes = *text == '\\' ? backslashes + 1 : 0;
        if (*text == '"')
            add_char(line, '"');
        add_inert(line, *text);
    }
    for (; quoted && backslashes; backslashes--)
        add_char(line, '\\');
    if (quoted)
        add_char(line, '"');
}

static const char *add_arguments(struct words *line, char *const *arguments)
{
    static WCHAR wide[PROGRAM_LINE];
    for (; *arguments; arguments++) {
        if (!MultiByteToWideChar(CP_UTF8, 0, *arguments, -1, wide, PROGRAM_LINE))
            return "an argument is too long";
        for (const WCHAR *c = wide; *c; c++)
            if (*c == '\r' || *c == '\n')
                return "a batch file takes no argument of several lines";
        add_argument(line, wide);
    }
    return NULL;
}

const char *program_batch_line(const WCHAR *script, const WCHAR *typed, char *const *arguments,
                               WCHAR interpreter[MAX_PATH], WCHAR line[PROGRAM_LINE])
{
    struct words words = {line, 0};
    const char *why = NULL;
    DWORD length = GetSystemDirectoryW(interpreter, MAX_PATH - 16);
    if (!length || length > MAX_PATH - 16)
        return "cmd.exe is not found";
    lstrcatW(interpreter, L"\\cmd.exe");
    add(&words, L"\"");
    add(&words, interpreter);
    add(&words, L"\" /e:ON /v:OFF /d /s /c \"\"");
    for (; *script; script++)
        add_inert(&words, *script);
    add_char(&words, '"');
    if (is_harmless(typed)) {
        add_char(&words, ' ');
        add(&words, typed);
    } else {
        why = add_arguments(&words, arguments);
    }
    add_char(&words, '"');
    if (!why && words.used > INTERPRETER_TAKES - 1)
        return "cmd.exe takes no line of more than 8191 characters";
    line[words.used < INTERPRETER_TAKES ? words.used : INTERPRETER_TAKES] = 0;
    return why;
}
