/*
 * shell: system(3) and popen(3) where TCPALIVE_FOLLOW is on. The C library starts the shell itself, past every hook,
 * with the program's own environment; so what is missing there is said to the shell, in front of the command.
 */
#include "core/text.h"
#include "preload/library/exec.h"
#include "preload/library/follow.h"
#include "preload/library/memory.h"
#include "preload/library/real.h"
#include "preload/library/room.h"
#include "preload/library/start.h"
#include <stdio.h>
#include <stdlib.h>

#define EXPORT __attribute__((visibility("default")))

/* In single quotes a shell finds nothing special but the next one (POSIX, Shell Command Language 2.2.2). */
static void quote(struct text *text, const char *value)
{
    text_add_char(text, '\'');
    for (; *value; value++)
        if (*value == '\'')
            text_add(text, "'\\''");
        else
            text_add_char(text, *value);
    text_add_char(text, '\'');
}

/* ` NAME='value'`, and `:'theirs'` behind it. */
static void add_variable(struct text *text, const char *variable, const char *theirs)
{
    const char *value = variable;
    while (*value++ != '=')
        ;
    text_add_char(text, ' ');
    text_add_span(text, (struct span){variable, (size_t)(value - variable)});
    quote(text, value);
    if (!theirs)
        return;
    text_add_char(text, ':');
    quote(text, theirs);
}

/* Each byte may become four. */
static size_t size_needed(char *const *environment, const char *command)
{
    size_t size = sizeof "export; " + span_of(command).length;
    const char *theirs, *more;
    for (int n = 0; (more = follow_missing(environment, n, &theirs)); n++)
        size += 4 * (span_of(more).length + span_of(theirs ? theirs : "").length) + 8;
    return size;
}

/* The command with what is missing, mapped, or NULL when it goes on as it is. */
static char *extended(const char *command, size_t *size)
{
    char *const *environment = exec_inherited();
    const char *theirs, *more, *const named[] = {command, NULL};
    const struct policy *policy = start_policy();
    exec_say_when_lost("/bin/sh", environment, false);
    if (!policy || policy->follow != FOLLOW_ON || !command || !memory_list_readable(named) ||
        !memory_list_readable((const char *const *)environment) || !follow_missing(environment, 0, &theirs))
        return NULL;
    *size = size_needed(environment, command);
    char *room = room_map(*size);
    if (!room)
        return NULL;
    struct text text = text_in(room, *size);
    text_add(&text, "export");
    for (int n = 0; (more = follow_missing(environment, n, &theirs)); n++)
        add_variable(&text, more, theirs);
    text_add(&text, "; ");
    text_add(&text, command);
    return room;
}

EXPORT int system(const char *command)
{
    size_t size = 0;
    char *room = extended(command, &size);
    int result = REAL(system)(room ? room : command);
    room_unmap(room, size);
    return result;
}

EXPORT FILE *popen(const char *command, const char *mode)
{
    size_t size = 0;
    char *room = extended(command, &size);
    FILE *stream = REAL(popen)(room ? room : command, mode);
    room_unmap(room, size);
    return stream;
}
