/*
 * process: which processes there are, as /proc shows them.
 *
 * Used by whatever looks at others from outside. It only reads, and takes a process that ended in between as one that
 * is not there.
 */
#ifndef PRELOAD_REMOTE_PROCESS_H
#define PRELOAD_REMOTE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct process_list {
    pid_t *pid;     /* freed by process_list_free() */
    uint64_t *born; /* process_born(), of those that process_list_note() has seen; else 0 */
    size_t count, room;
};

/* Adds one, unless it is there already. False without memory. */
bool process_list_add(struct process_list *list, pid_t pid);
bool process_list_has(const struct process_list *list, pid_t pid);
void process_list_free(struct process_list *list);

/* Adds every process but this one. False without memory or /proc. */
bool process_list_all(struct process_list *list);

/* Adds the descendants of those in the list. */
bool process_list_descendants(struct process_list *list);

/*
 * For a list that is used again: notes when those were born that are new in it, and drops those that have ended, also
 * where another process has their number by now.
 */
void process_list_note(struct process_list *list);
void process_list_keep_living(struct process_list *list);

/* Its name as the kernel has it (at most 15 bytes, proc_pid_comm(5)); "?" when it is gone. */
enum { PROCESS_NAME_SIZE = 16 };
void process_name(pid_t pid, char name[PROCESS_NAME_SIZE]);

bool process_exists(pid_t pid);

/*
 * From when it started (proc_pid_stat(5), starttime), which tells it from an earlier one of its number that began in
 * another hundredth of a second; 0 when it is gone.
 */
uint64_t process_born(pid_t pid);

/* The process that a thread belongs to; itself when that cannot be told. */
pid_t process_leader(pid_t thread);

/* Do the patterns of TCPALIVE_PROGRAMS admit it, by its name or the file that it runs? See core/filter.h. */
bool process_admitted(pid_t pid, const char *programs);

/* It and all its threads have ended, and it waits to be reaped. */
bool process_is_over(pid_t pid);

/* The kernel's own threads, which have no descriptors. */
bool process_is_kernel(pid_t pid);

/* Reads a process number. False for anything that is none. */
bool process_parse(const char *text, pid_t *pid);

#endif
