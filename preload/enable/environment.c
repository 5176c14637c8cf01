#include "preload/enable/environment.h"
#include <glob.h>
#include <stdio.h>
#include <string.h>

enum { FILE_SIZE = 64 * 1024 };

/* A reader of env-file.c's states in systemd: where in a line it is. */
enum state { KEY, PRE_VALUE, VALUE, SINGLE, DOUBLE, COMMENT };

struct reader {
    enum state state;
    char key[256];
    size_t key_length;
    char *value;
    size_t size, length, kept; /* kept: up to here spaces at the end count */
};

static void add(struct reader *reader, char byte, bool counts)
{
    if (reader->length + 1 < reader->size)
        reader->value[reader->length++] = byte;
    if (counts)
        reader->kept = reader->length;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

static void read_key(struct reader *reader, char byte)
{
    if (reader->key_length == 0 && (byte == '#' || byte == ';'))
        reader->state = COMMENT;
    else if (byte == '=')
        reader->state = PRE_VALUE;
    else if (byte == '\n')
        reader->key_length = 0;
    else if ((reader->key_length || !is_space(byte)) && reader->key_length + 1 < sizeof reader->key)
        reader->key[reader->key_length++] = byte;
}

/* A byte behind a backslash; in double quotes only some of them lose it. */
static void read_escaped(struct reader *reader, char byte)
{
    if (reader->state == DOUBLE && byte != '\n' && !strchr("\"\\`$", byte))
        add(reader, '\\', true);
    if (reader->state == PRE_VALUE)
        reader->state = VALUE;
    if (byte != '\n')
        add(reader, byte, true);
}

static void read_value(struct reader *reader, char byte)
{
    char quote = reader->state == SINGLE ? '\'' : '"';
    if (reader->state == SINGLE || reader->state == DOUBLE) {
        if (byte == quote)
            reader->state = PRE_VALUE;
        else
            add(reader, byte, true);
    } else if (reader->state == PRE_VALUE && (byte == '\'' || byte == '"')) {
        reader->state = byte == '"' ? DOUBLE : SINGLE;
    } else if (reader->state == VALUE || !is_space(byte)) {
        reader->state = VALUE;
        add(reader, byte, !is_space(byte));
    }
}

/* At a line's end, or the file's: is it the variable's line? */
static bool ends_line(struct reader *reader, const char *name)
{
    while (reader->key_length && is_space(reader->key[reader->key_length - 1]))
        reader->key_length--;
    reader->key[reader->key_length] = '\0';
    bool found = reader->state != KEY && reader->state != COMMENT && strcmp(reader->key, name) == 0;
    reader->state = KEY;
    reader->key_length = 0;
    return found;
}

bool environment_file_find(const char *content, const char *name, char *value, size_t size)
{
    char line[UNIT_TEXT_SIZE] = "";
    struct reader reader = {.value = line, .size = sizeof line};
    bool found = false;
    for (const char *at = content;; at++) {
        bool quoted = reader.state == SINGLE || reader.state == DOUBLE;
        if (!*at || (*at == '\n' && !quoted)) {
            if (ends_line(&reader, name)) {
                snprintf(value, size, "%.*s", (int)reader.kept, line);
                found = true;
            }
            reader.length = reader.kept = 0;
            if (!*at)
                return found;
        } else if (*at == '\\' && at[1] && reader.state != KEY && reader.state != SINGLE) {
            at++;
            if (reader.state != COMMENT)
                read_escaped(&reader, *at);
        } else if (reader.state == KEY) {
            read_key(&reader, *at);
        } else if (reader.state != COMMENT) {
            read_value(&reader, *at);
        }
    }
}

static bool find_in_file(const char *path, const char *name, char value[UNIT_TEXT_SIZE])
{
    static char content[FILE_SIZE];
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(content, 1, sizeof content - 1, file) : 0;
    if (file)
        fclose(file);
    content[length] = '\0';
    return environment_file_find(content, name, value, UNIT_TEXT_SIZE);
}

/* The next word as systemctl(1) shows it: in double quotes, with backslashes, where it holds a space or a quote. */
static const char *take_word(const char *text, char word[UNIT_TEXT_SIZE])
{
    bool quoted = *text == '"';
    size_t length = 0;
    for (text += quoted; *text && *text != (quoted ? '"' : ' '); text++) {
        if (quoted && *text == '\\' && text[1])
            text++;
        if (length + 1 < UNIT_TEXT_SIZE)
            word[length++] = *text;
    }
    word[length] = '\0';
    text += quoted && *text == '"';
    return text + strspn(text, " ");
}

static bool find_in_words(const char *environment, const char *name, char value[UNIT_TEXT_SIZE])
{
    char word[UNIT_TEXT_SIZE];
    size_t named = strlen(name);
    bool found = false;
    while (*environment && !found) {
        environment = take_word(environment, word);
        found = strncmp(word, name, named) == 0 && word[named] == '=';
    }
    if (found)
        snprintf(value, UNIT_TEXT_SIZE, "%s", word + named + 1);
    return found;
}

bool environment_find(const struct unit *unit, const char *name, const char *except, char value[UNIT_TEXT_SIZE],
                      bool *from_file)
{
    char pattern[PATH_MAX];
    bool found = find_in_words(unit->environment, name, value);
    *from_file = false;
    for (const char *line = unit->environment_files; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        glob_t files;
        snprintf(pattern, sizeof pattern, "%.*s", (int)strcspn(line, "\n"), line);
        if (glob(pattern, 0, NULL, &files) != 0)
            continue;
        for (size_t i = 0; i < files.gl_pathc; i++)
            if (strcmp(files.gl_pathv[i], except) != 0 && find_in_file(files.gl_pathv[i], name, value))
                found = *from_file = true;
        globfree(&files);
    }
    return found;
}

/* Its words are names, or whole assignments, which take away that value alone. */
bool environment_unsets(const struct unit *unit, const char *name)
{
    size_t named = strlen(name);
    for (const char *word = unit->unset_environment; *word;) {
        size_t length = strcspn(word, " ");
        if (length == named && strncmp(word, name, named) == 0)
            return true;
        word += length + strspn(word + length, " ");
    }
    return false;
}
