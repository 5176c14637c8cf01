#include "preload/program/launcher.h"
#include "core/text.h"
#include "preload/program/another_root.h"
#include "preload/program/env_string.h"
#include "preload/program/launcher_words.h"
#include "preload/program/library_path.h"
#include "preload/program/shell_text.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SCRIPT_READ = 64 * 1024,
    DEPTH = 16,  /* launchers behind each other, and shells in them */
    LOOKS = 1000 /* commands in all: scripts may start each other, and themselves */
};

static bool is_shell(const char *name)
{
    static const char shells[] = " sh bash dash ash ksh mksh zsh ";
    char padded[16];
    int length = snprintf(padded, sizeof padded, " %s ", launcher_base(name));
    return length < (int)sizeof padded && strstr(shells, padded);
}

struct chain {
    char who[256]; /* the one at fault */
    bool behind;   /* and it is not the program itself */
    bool another;  /* it has another process start it */
    bool sets;     /* it sets the variable itself */
    bool lacks;    /* it starts it in a root without the library */
    bool in_place; /* all so far become what they start */
    int depth, looks;
};

static bool chain_loses(void *context, char *const *words);

static void blame(struct chain *chain, const char *who, bool behind)
{
    struct text text = text_in(chain->who, sizeof chain->who);
    text_add(&text, who);
    chain->behind = behind;
}

static bool sets_it(struct chain *chain, const char *who, const char *text)
{
    if (!shell_text_assigns(text, strlen(text)))
        return false;
    blame(chain, who, chain->depth > 1);
    chain->sets = true;
    return true;
}

static bool text_loses(struct chain *chain, const char *text, bool exec_only)
{
    char *copy = strdup(text);
    chain->depth++;
    bool lost = copy && shell_text_commands(copy, exec_only, chain_loses, chain);
    chain->depth--;
    free(copy);
    return lost;
}

static bool script_loses(struct chain *chain, const char *path, bool is_shells)
{
    char *text = calloc(1, SCRIPT_READ + 1);
    int fd = text ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;
    ssize_t length = fd < 0 ? -1 : pread(fd, text, SCRIPT_READ, 0);
    bool lost = false;
    if (fd >= 0)
        close(fd);
    if (length > 0 && shell_text_assigns(text, (size_t)length)) {
        blame(chain, path, chain->depth > 0);
        lost = chain->sets = true;
    } else if (length > 0 && is_shells) {
        lost = text_loses(chain, text, true);
    }
    free(text);
    return lost;
}

/* sh [OPTION...] -c TEXT, or FILE. */
static bool shell_loses(struct chain *chain, char *const *words)
{
    const char *shell = *words++;
    bool text = false;
    for (; *words && (**words == '-' || **words == '+') && words[0][1]; words++) {
        text = text || (words[0][1] != '-' && strchr(*words, 'c'));
        if (strchr("oO", words[0][strlen(*words) - 1]) && words[1])
            words++;
    }
    if (!*words)
        return false;
    return text ? sets_it(chain, shell, *words) || text_loses(chain, *words, false) : script_loses(chain, *words, true);
}

/* Is the library's file missing where the program is? */
static bool lacks_library(char *const *words, const struct launcher_walk *walk)
{
    char library[PATH_MAX], outside[PATH_MAX];
    return walk->program && library_path_find(NULL, library) &&
           another_root_find(words, walk, library, outside) == ROOT_LACKS;
}

static bool launcher_is_lossy(struct chain *chain, const struct launcher *launcher, char *const *words,
                              const struct launcher_walk *walk)
{
    bool drops = walk->drops && (walk->program || launcher->always || launcher->login);
    if (!drops && !lacks_library(words, walk))
        return false;
    blame(chain, words[0], chain->depth > 1);
    chain->in_place = launcher->in_place && drops;
    chain->another = launcher->another;
    chain->lacks = !drops;
    return true;
}

static bool chain_loses(void *context, char *const *words)
{
    struct chain *chain = context;
    bool lost = false;
    if (chain->depth >= DEPTH || chain->looks >= LOOKS)
        return false;
    chain->depth++;
    chain->looks++;
    words = env_string_cut(words);
    const struct launcher *launcher = launcher_of(words[0]);
    if (launcher) {
        struct launcher_walk walk = launcher_walk(launcher, words + 1);
        lost = launcher_is_lossy(chain, launcher, words, &walk) ||
               (walk.text && (sets_it(chain, words[0], walk.text) || text_loses(chain, walk.text, false)));
        if (!lost && walk.program)
            lost = chain_loses(chain, walk.program);
    } else if (is_shell(words[0])) {
        lost = shell_loses(chain, words);
    }
    chain->depth--;
    return lost;
}

static void write_why(const struct chain *chain, struct text *text)
{
    text_add(text, "it ");
    if (chain->behind) {
        text_add(text, "starts ");
        text_add_foreign(text, span_of(chain->who));
        text_add(text, ", which ");
    }
    if (chain->another) {
        text_add(text, "has another process start the program; attach and cgroup reach that");
        return;
    }
    if (chain->lacks) {
        text_add(text,
                 "starts the program in a root that has no libtcpalive.so where this one has it; --method supervise "
                 "reaches that");
        return;
    }
    text_add(text, chain->sets ? "sets LD_PRELOAD itself for what it starts"
                               : "leaves LD_PRELOAD out of the environment of what it starts");
    text_add(text, "; TCPALIVE_FOLLOW=on or --method supervise reaches that");
}

bool launcher_loses(const struct program *program, char *const *arguments, struct launcher_loss *loss)
{
    struct chain chain = {.depth = 0};
    struct text why = text_in(loss->why, sizeof loss->why);
    size_t count = 0;
    while (arguments[count])
        count++;
    char **words = calloc(count + 2, sizeof *words);
    const void *mark = env_string_mark();
    bool lost = false;
    if (words) {
        words[0] = (char *)program->path;
        memcpy(words + 1, arguments, count * sizeof *words);
        lost = chain_loses(&chain, words) ||
               (program->script && script_loses(&chain, program->path, is_shell(program->object)));
    }
    env_string_forget(mark);
    free(words);
    if (lost)
        write_why(&chain, &why);
    loss->told = lost && chain.in_place;
    loss->another = lost && chain.another;
    loss->lacking = lost && chain.lacks;
    return lost;
}

/* In the first column of passwd(5); users that come from elsewhere are not known. */
static bool is_user(const char *name)
{
    char line[1024];
    size_t length = strlen(name);
    bool found = false;
    FILE *file = fopen("/etc/passwd", "re");
    while (file && !found && fgets(line, sizeof line, file))
        found = strncmp(line, name, length) == 0 && line[length] == ':';
    if (file)
        fclose(file);
    return found;
}

static bool takes(const struct launcher *launcher, char *const *arguments, bool option)
{
    bool after = !launcher->after;
    for (char *const *word = arguments; *word && !after; word++)
        after = strcmp(*word, launcher->after) == 0;
    return after && (launcher->operands >= 0 || option || (launcher->login && *arguments && is_user(*arguments)));
}

bool launcher_takes(const char *name, char *const *arguments)
{
    const struct launcher *launcher = launcher_of(name);
    bool option = false;
    for (char *const *word = arguments; *word; word++)
        option = option || **word == '-';
    return (launcher && takes(launcher, arguments, option)) || (is_shell(name) && option);
}

char *const *launcher_starts(char *const *words)
{
    words = env_string_cut(words);
    const struct launcher *launcher = launcher_of(words[0]);
    struct launcher_walk walk = {.program = NULL};
    if (launcher && !launcher->elsewhere)
        walk = launcher_walk(launcher, words + 1);
    return walk.root ? NULL : walk.program;
}

/* Reads the program that these words start, in its root; false where that is not known. */
static bool read_started(char *const *words, struct program *program, const char **name)
{
    char outside[PATH_MAX];
    words = env_string_cut(words);
    const struct launcher *launcher = launcher_of(words[0]);
    if (!launcher)
        return false;
    struct launcher_walk walk = launcher_walk(launcher, words + 1);
    *name = walk.program ? *walk.program : NULL;
    if (!walk.program)
        return false;
    if (!launcher->elsewhere && !walk.root)
        return program_read(*name, program) == 0;
    return **name == '/' && another_root_find(words, &walk, *name, outside) == ROOT_OUTSIDE &&
           program_read(outside, program) == 0 && !program->script; /* whose interpreter is that root's */
}

bool launcher_starts_another_kind(char *const *words, struct launcher_kind *kind)
{
    struct text why = text_in(kind->why, sizeof kind->why);
    struct program program;
    const char *name;
    for (int depth = 0; words && depth < DEPTH && read_started(words, &program, &name); depth++) {
        struct program_reach reach = program_reach(&program, PROGRAM_PRELOAD);
        words = launcher_starts(words);
        if (reach.reached)
            continue;
        kind->supervise = program_reach(&program, PROGRAM_SUPERVISE).reached;
        text_add(&why, "it starts ");
        text_add_foreign(&why, span_of(name));
        text_add(&why, ": ");
        text_add(&why, reach.why);
        if (kind->supervise)
            text_add(&why, "; --method supervise reaches that");
        return true;
    }
    return false;
}

enum program_method launcher_choose(const struct program *program, char *const *words)
{
    enum program_method method = program_choose(program);
    struct launcher_loss loss;
    struct launcher_kind kind;
    if (method != PROGRAM_PRELOAD || !program_reach(program, PROGRAM_SUPERVISE).reached)
        return method;
    bool lacks = launcher_loses(program, words + 1, &loss) && loss.lacking;
    return lacks || (launcher_starts_another_kind(words, &kind) && kind.supervise) ? PROGRAM_SUPERVISE : method;
}
