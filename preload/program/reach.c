#include "core/text.h"
#include "preload/program/library_path.h"
#include "preload/program/privilege.h"
#include "preload/program/program.h"
#include <elf.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

static const char *dropped_preload(enum program_rights rights)
{
    switch (rights) {
    case PROGRAM_RIGHTS_SETUID:
        return "it is setuid, so the loader drops every preload";
    case PROGRAM_RIGHTS_SETGID:
        return "it is setgid, so the loader drops every preload";
    case PROGRAM_RIGHTS_CAPABILITIES:
        return "it has file capabilities, so the loader drops every preload";
    default:
        return NULL;
    }
}

static const char *no_preload(enum program_kind kind)
{
    switch (kind) {
    case PROGRAM_STATIC:
        return "it is static: no loader runs that could put a library into it";
    case PROGRAM_GO:
        return "it is written in Go, which makes its system calls itself";
    case PROGRAM_GO_CGO:
        return "it is written in Go, which makes its system calls itself although a C library is linked in";
    case PROGRAM_PASCAL:
        return "it is written in Free Pascal, whose sockets unit makes its system calls itself";
    case PROGRAM_FOREIGN:
        return "it is built for another machine";
    case PROGRAM_UNREADABLE:
        return "its file may not be read, so what it is cannot be told";
    case PROGRAM_UNKNOWN:
        return "it is neither an ELF program nor a script";
    default:
        return NULL;
    }
}

/* The loader puts in no library of another word size: `make ARCH=` builds and installs one. */
static bool has_library_for(const char *triplet)
{
    char library[PATH_MAX];
    return triplet && library_path_find(triplet, library);
}

static struct program_reach answer(bool reached, const char *why)
{
    struct program_reach reach = {.reached = reached};
    struct text text = text_in(reach.why, sizeof reach.why);
    text_add(&text, why);
    return reach;
}

static struct program_reach no_library(const char *triplet)
{
    struct program_reach reach = {.reached = false};
    struct text text = text_in(reach.why, sizeof reach.why);
    text_add(&text, "it has another word size, and no library for ");
    text_add(&text, triplet ? triplet : "its machine");
    text_add(&text, " is installed");
    return reach;
}

static struct program_reach reach_preload(const struct program *program)
{
    const char *why_not = dropped_preload(program->rights);
    if (!why_not)
        why_not = no_preload(program->kind);
    if (why_not)
        return answer(false, why_not);
    if (program->other_words && !has_library_for(program_other_triplet(program)))
        return no_library(program_other_triplet(program));
    if (program->image.libc == ELF_LIBC_OTHER)
        return answer(true, "one system call an option; its loader is neither glibc's nor musl's");
    return answer(true, "one system call an option of a new socket, none at accept");
}

static struct program_reach supervise_at_a_cost(bool privilege_kept)
{
    struct program_reach reach = {.reached = true};
    struct text text = text_in(reach.why, sizeof reach.why);
    text_add(&text, "about 10 us a connect or listen, during which a signal may end it; io_uring a moment later; ");
    text_add(&text, privilege_kept ? "it can have no other seccomp supervisor"
                                   : "what it starts gains no rights (sudo, ping: no_new_privs)");
    if (privilege_end_with_children())
        text_add(&text, "; what it starts is not reached (Yama)");
    return reach;
}

static struct program_reach reach_supervise(const struct program *program)
{
    bool privilege_kept = privilege_have(CAP_SYS_ADMIN); /* or it takes no_new_privs: seccomp(2) */
    if (program->kind == PROGRAM_FOREIGN || program->kind == PROGRAM_UNKNOWN)
        return answer(false, no_preload(program->kind));
    if (program->other_words && program->image.machine != EM_386)
        return answer(false, "its system call numbers are not known here");
    if (program->rights != PROGRAM_RIGHTS_SAME && !privilege_kept)
        return answer(false, "it would not get its setuid, setgid or file capabilities then");
    if (program->kind == PROGRAM_UNREADABLE && !privilege_kept)
        return answer(false, "its file may not be read, so its sockets may not be looked at either");
    return supervise_at_a_cost(privilege_kept);
}

struct program_reach program_reach(const struct program *program, enum program_method method)
{
    switch (method) {
    case PROGRAM_PRELOAD:
        return reach_preload(program);
    case PROGRAM_SUPERVISE:
        return reach_supervise(program);
    case PROGRAM_CGROUP:
        return answer(true,
                      "about 1 us at each end of a connection; needs root and Linux 5.9, covers the whole control "
                      "group, io_uring too");
    default:
        return answer(true, program->rights == PROGRAM_RIGHTS_SAME
                                ? "once it runs, as its user or root; connections that it makes later need --watch"
                                : "once it runs, as root; connections that it makes later need --watch");
    }
}

enum program_method program_choose(const struct program *program)
{
    if (program_reach(program, PROGRAM_PRELOAD).reached)
        return PROGRAM_PRELOAD;
    return program_reach(program, PROGRAM_SUPERVISE).reached ? PROGRAM_SUPERVISE : PROGRAM_METHODS;
}

const char *program_other_triplet(const struct program *program)
{
    if (!program->other_words)
        return NULL;
    switch (program->image.machine) {
    case EM_386:
        return "i386-linux-gnu";
    case EM_X86_64:
        return program->image.word_bits == 64 ? "x86_64-linux-gnu" : "x86_64-linux-gnux32";
    case EM_ARM:
        return "arm-linux-gnueabihf";
    case EM_AARCH64:
        return "aarch64-linux-gnu";
    default:
        return NULL;
    }
}

const char *program_method_name(enum program_method method)
{
    static const char *const names[] = {
        [PROGRAM_PRELOAD] = "preload", [PROGRAM_SUPERVISE] = "supervise", [PROGRAM_CGROUP] = "cgroup",
        [PROGRAM_ATTACH] = "attach",   [PROGRAM_METHODS] = "none",
    };
    return names[method];
}

static const char *kind_phrase(const struct program *program)
{
    static const char *const phrases[] = {
        [PROGRAM_DYNAMIC] = "dynamic program",
        [PROGRAM_STATIC] = "static program",
        [PROGRAM_GO] = "Go program",
        [PROGRAM_GO_CGO] = "Go program with cgo",
        [PROGRAM_PASCAL] = "Free Pascal program",
        [PROGRAM_FOREIGN] = "program for another machine",
        [PROGRAM_UNREADABLE] = "file that may not be read",
        [PROGRAM_UNKNOWN] = "unknown file format",
    };
    return phrases[program->kind];
}

static const char *privilege_phrase(enum program_rights rights)
{
    static const char *const phrases[] = {
        [PROGRAM_RIGHTS_SAME] = "",
        [PROGRAM_RIGHTS_SETUID] = ", setuid",
        [PROGRAM_RIGHTS_SETGID] = ", setgid",
        [PROGRAM_RIGHTS_CAPABILITIES] = ", file capabilities",
    };
    return phrases[rights];
}

void program_describe(const struct program *program, char *into, size_t size)
{
    static const char *const libcs[] = {
        [ELF_LIBC_NONE] = "",
        [ELF_LIBC_GLIBC] = ", glibc",
        [ELF_LIBC_MUSL] = ", musl",
        [ELF_LIBC_OTHER] = ", an unknown C library",
    };
    bool elf = program->image.word_bits != 0;
    snprintf(into, size, "%s%s%s%s%s%s%s", program->script ? "script for " : "", program->script ? program->object : "",
             program->script ? ", a " : "", kind_phrase(program), elf ? ", " : "",
             elf ? elf_machine_name(program->image.machine) : "", libcs[program->image.libc]);
    size_t used = strnlen(into, size);
    snprintf(into + used, size - used, "%s%s", privilege_phrase(program->marked),
             program->marked != program->rights ? " (which gives this user no other rights)" : "");
}

#define LEFT_OUT "static and Go programs that it starts, io_uring under rules, the C library's own resolver over TCP: "

const char *program_left_out(const struct program *program)
{
    if (program_choose(program) != PROGRAM_PRELOAD || !program_reach(program, PROGRAM_SUPERVISE).reached)
        return NULL;
    return privilege_have(CAP_NET_ADMIN) ? LEFT_OUT "--method cgroup, or both" : LEFT_OUT "--method both";
}
