#include "preload/program/program.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

enum {
    INTERPRETERS_MAX = 5, /* execve(2): a script's interpreter may be a script, four times */
    FIRST_LINE = 256,     /* what the kernel reads of a script's first line since Linux 5.1 */
};

static bool read_descriptor(const void *context, uint64_t offset, void *into, size_t size)
{
    const int *fd = context;
    if (offset > (uint64_t)INT64_MAX - size)
        return false;
    return pread(*fd, into, size, (off_t)offset) == (ssize_t)size;
}

/* What execve(2) refuses before it looks inside. */
static int executable(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return errno;
    if (!S_ISREG(status.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
        return EACCES;
    return 0;
}

static int set_path(char *into, const char *path)
{
    return snprintf(into, PATH_MAX, "%s", path) < PATH_MAX ? 0 : ENAMETOOLONG;
}

/* As execvp(3): a directory that may not be searched is remembered, and the search goes on. */
static int search_path(const char *name, char *found)
{
    const char *path = getenv("PATH");
    int refused = ENOENT;
    for (const char *entry = path ? path : "/bin:/usr/bin"; entry;) {
        const char *end = strchrnul(entry, ':');
        int length = (int)(end - entry);
        int written = snprintf(found, PATH_MAX, "%.*s%s%s", length, entry, length > 0 ? "/" : "", name);
        int error = written < PATH_MAX ? executable(found) : ENAMETOOLONG;
        if (error == 0)
            return 0;
        if (error == EACCES)
            refused = EACCES;
        entry = *end == ':' ? end + 1 : NULL;
    }
    return refused;
}

static int find(const char *name, char *found)
{
    if (!*name)
        return ENOENT;
    if (!strchr(name, '/')) {
        int error = search_path(name, found);
        if (error != 0)
            snprintf(found, PATH_MAX, "%s", name);
        return error;
    }
    int error = set_path(found, name);
    return error != 0 ? error : executable(found);
}

/* env(1) only passes on to the program that it names: `#!/usr/bin/env -S VAR=x python3 -u` is python3. */
static const char *after_env(const char *interpreter, char *arguments)
{
    const char *base = strrchr(interpreter, '/');
    if (strcmp(base ? base + 1 : interpreter, "env") != 0)
        return NULL;
    char *rest = NULL;
    for (char *word = strtok_r(arguments, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest))
        if (word[0] != '-' && !strchr(word, '='))
            return word;
    return NULL;
}

/* Replaces program->object by the interpreter that `line` names. */
static int take_interpreter(struct program *program, char *line)
{
    char *name = line + 2 + strspn(line + 2, " \t");
    name[strcspn(name, "\n")] = '\0';
    size_t length = strcspn(name, " \t");
    char *arguments = !name[length] ? name + length : name + length + 1;
    name[length] = '\0';
    if (!*name)
        return ENOEXEC;
    int error = set_path(program->object, name);
    if (error == 0)
        error = executable(program->object);
    const char *passed_to = error == 0 ? after_env(name, arguments) : NULL;
    char found[PATH_MAX];
    if (passed_to && find(passed_to, found) == 0)
        error = set_path(program->object, found);
    return error;
}

static enum program_kind kind_of(const struct elf_image *image)
{
    if (image->pascal)
        return PROGRAM_PASCAL;
    if (image->go)
        return image->needs_libc ? PROGRAM_GO_CGO : PROGRAM_GO;
    return image->interpreter[0] ? PROGRAM_DYNAMIC : PROGRAM_STATIC;
}

/* This machine is what tcpalive itself was built for. */
static void compare_machine(struct program *program)
{
    struct elf_image own = {0};
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    bool known = fd >= 0 && elf_image_read(&(struct elf_source){read_descriptor, &fd}, &own);
    if (fd >= 0)
        close(fd);
    const struct elf_image *image = &program->image;
    if (!known || (image->machine == own.machine && image->word_bits == own.word_bits))
        return;
    bool x86 = (own.machine == EM_X86_64 || own.machine == EM_386) &&
               (image->machine == EM_X86_64 || image->machine == EM_386);
    if (x86 || image->machine == own.machine)
        program->other_words = true;
    else
        program->kind = PROGRAM_FOREIGN;
}

/* vfs_cap_data of capabilities(7): rights that the program gets or has switched on from the start. */
static bool has_capabilities(int fd)
{
    struct vfs_ns_cap_data data = {0};
    if (fgetxattr(fd, "security.capability", &data, sizeof data) <= 0)
        return false;
    return (data.magic_etc & VFS_CAP_FLAGS_EFFECTIVE) != 0 || data.data[0].permitted != 0 ||
           data.data[1].permitted != 0;
}

static enum program_rights mark_of(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return PROGRAM_RIGHTS_SAME;
    if ((status.st_mode & S_ISUID) != 0)
        return PROGRAM_RIGHTS_SETUID;
    if ((status.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
        return PROGRAM_RIGHTS_SETGID;
    return has_capabilities(fd) ? PROGRAM_RIGHTS_CAPABILITIES : PROGRAM_RIGHTS_SAME;
}

/* When the kernel sets AT_SECURE (getauxval(3)): cap_bprm_creds_from_file() in security/commoncap.c. */
static enum program_rights privilege_of(int fd)
{
    struct stat status;
    struct statvfs mount;
    if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 || fstat(fd, &status) != 0 ||
        (fstatvfs(fd, &mount) == 0 && (mount.f_flag & ST_NOSUID) != 0))
        return PROGRAM_RIGHTS_SAME;
    if ((status.st_mode & S_ISUID) != 0 && status.st_uid != getuid())
        return PROGRAM_RIGHTS_SETUID;
    if ((status.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && status.st_gid != getgid())
        return PROGRAM_RIGHTS_SETGID;
    return getuid() != 0 && has_capabilities(fd) ? PROGRAM_RIGHTS_CAPABILITIES : PROGRAM_RIGHTS_SAME;
}

static void take_image(struct program *program, int fd)
{
    program->rights = privilege_of(fd);
    program->marked = program->rights != PROGRAM_RIGHTS_SAME ? program->rights : mark_of(fd);
    if (!elf_image_read(&(struct elf_source){read_descriptor, &fd}, &program->image)) {
        program->kind = PROGRAM_UNKNOWN;
        return;
    }
    program->kind = kind_of(&program->image);
    compare_machine(program);
}

/* One step: either the ELF file is reached (0), or object is now the next interpreter (EAGAIN). */
static int step(struct program *program)
{
    char line[FIRST_LINE + 1] = "";
    int fd = open(program->object, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        program->kind = PROGRAM_UNREADABLE;
        return 0;
    }
    ssize_t length = pread(fd, line, FIRST_LINE, 0);
    int result = 0;
    if (length >= 2 && memcmp(line, "#!", 2) == 0) {
        program->script = true;
        result = take_interpreter(program, line);
        result = result == 0 ? EAGAIN : result;
    } else if (length >= 0 && strnlen(line, FIRST_LINE) == (size_t)length) {
        /* Text without #!: execve says ENOEXEC, and execvp(3) and every shell take /bin/sh. */
        program->script = true;
        result = set_path(program->object, "/bin/sh");
        result = result == 0 ? EAGAIN : result;
    } else {
        take_image(program, fd);
    }
    close(fd);
    return result;
}

int program_read(const char *name, struct program *program)
{
    memset(program, 0, sizeof *program);
    int error = find(name, program->object);
    if (error != 0)
        return error;
    set_path(program->path, program->object);
    for (int depth = 0; depth <= INTERPRETERS_MAX; depth++) {
        error = step(program);
        if (error != EAGAIN)
            break;
    }
    if (error == EAGAIN)
        return ELOOP;
    const char *loader = program->image.interpreter;
    if (!error && *loader && program->kind != PROGRAM_FOREIGN && access(loader, F_OK) != 0) {
        set_path(program->object, loader);
        return ENOENT;
    }
    return error;
}

int program_exit_code(int error)
{
    return error == ENOENT ? 127 : 126;
}
