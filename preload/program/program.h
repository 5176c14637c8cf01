/*
 * program: what kind of file PROGRAM is, and which of tcpalive's methods reach it.
 *
 * What check prints and run decides by. It reads the file itself, never runs it, changes nothing and prints nothing.
 * What it says holds for the caller's own rights: setuid to oneself is no change of rights.
 */
#ifndef PRELOAD_PROGRAM_PROGRAM_H
#define PRELOAD_PROGRAM_PROGRAM_H

#include "preload/program/elf_image.h"
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum program_kind {
    PROGRAM_DYNAMIC, /* calls its C library by name */
    PROGRAM_STATIC,  /* no loader: static and static-pie */
    PROGRAM_GO,      /* Go alone, whatever its linking */
    PROGRAM_GO_CGO,  /* Go linked with a C library */
    PROGRAM_PASCAL,  /* Free Pascal, with or without a C library */
    PROGRAM_FOREIGN, /* for a machine that is not this one */
    PROGRAM_UNREADABLE,
    PROGRAM_UNKNOWN, /* neither ELF nor script: another binary format */
};

/* Why the loader would drop a preload: the program starts with other rights than the caller's. */
enum program_rights {
    PROGRAM_RIGHTS_SAME,
    PROGRAM_RIGHTS_SETUID,
    PROGRAM_RIGHTS_SETGID,
    PROGRAM_RIGHTS_CAPABILITIES,
};

enum program_method {
    PROGRAM_PRELOAD,
    PROGRAM_SUPERVISE,
    PROGRAM_CGROUP,
    PROGRAM_ATTACH,
    PROGRAM_METHODS,
};

struct program {
    char path[PATH_MAX];   /* the file that PROGRAM means; what execve takes */
    char object[PATH_MAX]; /* what runs in the end: path itself, or a script's interpreter */
    bool script;
    enum program_rights marked; /* what its file says, with or without effect for the caller */
    bool other_words;           /* of this machine's family, with another word size */
    enum program_kind kind;
    enum program_rights rights;
    struct elf_image image;
};

struct program_reach {
    bool reached;
    char why[256]; /* one sentence without its full stop: why not, or what it costs and breaks */
};

/*
 * Finds `name` as execvp(3) does (PATH when it has no slash), follows interpreters of scripts, env(1) included, as far
 * as execve(2) does (5), and reads the ELF file at the end. Returns 0, or the errno that starting it would end with;
 * object then holds the file at fault.
 */
int program_read(const char *name, struct program *program);

/* The exit code for program_read's errno: 127 not found, 126 cannot be executed. */
int program_exit_code(int error);

/*
 * Whether a method reaches the program. Depends on what program_read() found, on the caller's rights, on Yama and on
 * which libraries are installed.
 */
struct program_reach program_reach(const struct program *program, enum program_method method);

/* What `run --method auto` takes: PROGRAM_PRELOAD, else PROGRAM_SUPERVISE, else PROGRAM_METHODS for none. */
enum program_method program_choose(const struct program *program);

/* What that leaves out and another method would have, as `check` says it. NULL: nothing. */
const char *program_left_out(const struct program *program);

/*
 * The multiarch name of a program's machine when it has another word size than the command
 * (`i386-linux-gnu`), else NULL.
 */
const char *program_other_triplet(const struct program *program);

/* "preload", "supervise", "cgroup", "attach" */
const char *program_method_name(enum program_method method);

/* One phrase for people: "dynamic program, x86_64, glibc". */
void program_describe(const struct program *program, char *into, size_t size);

#endif
