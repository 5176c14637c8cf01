/*
 * processes: which processes there are, by name and by descent.
 *
 * Used by attach. It looks into none of them.
 */
#ifndef WINHOOK_COMMAND_PROCESSES_H
#define WINHOOK_COMMAND_PROCESSES_H

#include <windows.h>
#include <stdbool.h>
#include <stddef.h>

struct processes {
    DWORD *pid; /* freed by processes_free() */
    size_t count, room;
};

/* Each once. False without memory. */
bool processes_add(struct processes *list, DWORD pid);
bool processes_have(const struct processes *list, DWORD pid);

/* Adds those of these names, as core's filter takes them; NULL: all but this one. */
bool processes_add_named(struct processes *list, const char *names);

/* Adds what those in the list have started, and what that has. */
bool processes_add_descendants(struct processes *list);

/* The file's name of a process, without its folder; "" when there is none. */
void processes_name(DWORD pid, char *name, size_t room);

void processes_free(struct processes *list);

#endif
