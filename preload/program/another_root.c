#include "preload/program/another_root.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What stands behind the folder in the path; NULL: the path is not in it. */
static const char *below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    while (length && folder[length - 1] == '/')
        length--;
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || !path[length]) ? path + length : NULL;
}

static enum another_root join(const char *folder, const char *rest, char outside[PATH_MAX])
{
    return snprintf(outside, PATH_MAX, "%s%s", folder, rest) < PATH_MAX && access(outside, F_OK) == 0 ? ROOT_OUTSIDE
                                                                                                      : ROOT_LACKS;
}

static bool starts(const char *word, const char *with)
{
    return strncmp(word, with, strlen(with)) == 0;
}

/* bwrap(1) begins with nothing and mounts in the order of its words: the last that covers the path counts. */
static enum another_root mounted(char *const *words, const struct launcher_walk *walk, const char *inside,
                                 char outside[PATH_MAX])
{
    enum another_root found = ROOT_LACKS;
    for (char *const *word = words + 1; *word && word != walk->program; word++) {
        const char *rest = NULL;
        if (strcmp(*word, "--args") == 0 || starts(*word, "--overlay") || starts(*word, "--ro-overlay"))
            return ROOT_SAME;
        bool binds = starts(*word, "--bind") || starts(*word, "--ro-bind") || starts(*word, "--dev-bind");
        if (binds && word[1] && word[2] && (rest = below(inside, word[2]))) {
            found = join(word[1], rest, outside);
            word += 2;
        } else if (strcmp(*word, "--tmpfs") == 0 && word[1] && below(inside, word[1])) {
            found = ROOT_LACKS;
        }
    }
    return found;
}

enum another_root another_root_find(char *const *words, const struct launcher_walk *walk, const char *inside,
                                    char outside[PATH_MAX])
{
    if (walk->root)
        return access(walk->root, X_OK) == 0 ? join(walk->root, inside, outside) : ROOT_SAME;
    return strcmp(launcher_base(words[0]), "bwrap") == 0 ? mounted(words, walk, inside, outside) : ROOT_SAME;
}
