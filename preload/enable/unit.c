#include "preload/enable/unit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_SIZE = 64 * 1024 };

bool unit_system_runs(void)
{
    return access("/run/systemd/system", F_OK) == 0; /* sd_booted(3) */
}

static int run(const char *const argv[], int output)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (output >= 0)
            dup2(output, STDOUT_FILENO);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

int unit_tell(const char *verb, const char *unit)
{
    const char *argv[] = {"systemctl", verb, unit, NULL};
    return run(argv, -1);
}

/* All that `systemctl show` says of the unit, one KEY=VALUE a line. */
static bool ask(const char *name, char answer[ANSWER_SIZE])
{
    const char *argv[] = {"systemctl", "show", "--no-pager", "--", name, NULL};
    FILE *file = tmpfile();
    size_t length = 0;
    if (file && run(argv, fileno(file)) == 0) {
        rewind(file);
        length = fread(answer, 1, ANSWER_SIZE - 1, file);
    }
    if (file)
        fclose(file);
    answer[length] = '\0';
    return length > 0;
}

/* The value of a key, which repeats none; cut short where it is too long. */
static void find(const char *answer, const char *key, char *value, size_t size)
{
    size_t length = strlen(key);
    *value = '\0';
    for (const char *line = answer; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (strncmp(line, key, length) != 0 || line[length] != '=')
            continue;
        size_t used = strcspn(line + length + 1, "\n");
        snprintf(value, size, "%.*s", (int)used, line + length + 1);
        return;
    }
}

static bool ends(const char *name, const char *suffix)
{
    size_t length = strlen(name), end = strlen(suffix);
    return length > end && strcmp(name + length - end, suffix) == 0;
}

/* The first word of a list that ends like this. */
static void find_ending(const char *list, const char *suffix, char *value, size_t size)
{
    *value = '\0';
    while (*list && !*value) {
        size_t length = strcspn(list, " ");
        snprintf(value, size, "%.*s", (int)length, list);
        if (!ends(value, suffix))
            *value = '\0';
        list += length + strspn(list + length, " ");
    }
}

/* `{ path=/usr/bin/redis-server ; argv[]=... }` */
static void find_program(const char *answer, char program[PATH_MAX])
{
    char line[UNIT_TEXT_SIZE];
    find(answer, "ExecStart", line, sizeof line);
    const char *at = strstr(line, "path=");
    snprintf(program, PATH_MAX, "%.*s", at ? (int)strcspn(at + 5, " ;") : 0, at ? at + 5 : "");
}

/* `EnvironmentFiles=/etc/default/ssh (ignore_errors=yes)`, a line each. */
static void find_environment_files(const char *answer, struct unit *unit)
{
    static const char key[] = "EnvironmentFiles=";
    size_t length = 0;
    for (const char *line = answer; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, key, sizeof key - 1) != 0)
            continue;
        const char *path = line + sizeof key - 1, *end = strstr(path, " (ignore_errors");
        int used = (int)(end ? (size_t)(end - path) : strcspn(path, "\n"));
        int added = snprintf(unit->environment_files + length, UNIT_TEXT_SIZE - length, "%.*s\n", used, path);
        length += (size_t)added < UNIT_TEXT_SIZE - length ? (size_t)added : 0;
    }
}

/* NULL when systemd has a file for it that it can use. */
static const char *why_not_loaded(const char *answer)
{
    char state[64];
    find(answer, "LoadState", state, sizeof state);
    if (strcmp(state, "loaded") == 0)
        return NULL;
    if (strcmp(state, "masked") == 0)
        return "is masked: nothing starts it";
    return strcmp(state, "not-found") == 0 ? "no such unit" : "systemd cannot read its file; systemctl status says why";
}

static void read_answer(const char *answer, struct unit *unit)
{
    char value[UNIT_TEXT_SIZE];
    find(answer, "Id", value, sizeof value);
    if (!unit->is_template && *value)
        snprintf(unit->name, sizeof unit->name, "%.*s", NAME_MAX, value);
    find(answer, "TriggeredBy", value, sizeof value);
    find_ending(value, ".socket", unit->socket, sizeof unit->socket);
    find_program(answer, unit->program);
    find(answer, "Environment", unit->environment, sizeof unit->environment);
    find_environment_files(answer, unit);
    find(answer, "UnsetEnvironment", unit->unset_environment, sizeof unit->unset_environment);
    find(answer, "RootDirectory", unit->root, sizeof unit->root);
    if (!*unit->root)
        find(answer, "RootImage", unit->root, sizeof unit->root);
    find(answer, "NoExecPaths", unit->no_exec_paths, sizeof unit->no_exec_paths);
    find(answer, "ExecPaths", unit->exec_paths, sizeof unit->exec_paths);
}

/* A template is asked about by an instance that nobody has. */
static void name_to_ask(const struct unit *unit, char name[NAME_MAX + 16])
{
    const char *at = strchr(unit->name, '@');
    if (unit->is_template && at)
        snprintf(name, NAME_MAX + 16, "%.*s@tcpalive%s", (int)(at - unit->name), unit->name, at + 1);
    else
        snprintf(name, NAME_MAX + 16, "%s", unit->name);
}

bool unit_read(const char *name, struct unit *unit, const char **why)
{
    static char answer[ANSWER_SIZE];
    char asked[NAME_MAX + 16];
    *unit = (struct unit){.slice = ends(name, ".slice")};
    int length = snprintf(unit->name, sizeof unit->name, "%s%s", name, strchr(name, '.') ? "" : ".service");
    *why = "is no unit's name";
    if (length >= (int)sizeof unit->name || strchr(name, '/') || *name == '-' || *name == '.' || !*name)
        return false;
    *why = "is neither a service nor a slice";
    if (!unit->slice && !ends(unit->name, ".service"))
        return false;
    unit->is_template = strstr(unit->name, "@.");
    name_to_ask(unit, asked);
    *why = "systemctl tells nothing of it";
    if (!ask(asked, answer))
        return false;
    read_answer(answer, unit);
    *why = why_not_loaded(answer);
    unit->loaded = !*why;
    return unit->loaded;
}

bool unit_is_system_slice(const struct unit *unit)
{
    return strcmp(unit->name, "system.slice") == 0;
}

/* Could the kernel's own files in a group, or systemd's words, have that name? Then systemd puts `_` before it. */
static bool is_escaped(const char *name, size_t length)
{
    static const char *const taken[] = {"cgroup", "cpu",    "cpuacct", "cpuset", "io",
                                        "blkio",  "memory", "devices", "pids"};
    size_t first = strcspn(name, ".");
    bool found = *name == '_';
    for (size_t i = 0; first < length && i < sizeof taken / sizeof *taken; i++)
        found = found || (strlen(taken[i]) == first && strncmp(name, taken[i], first) == 0);
    return found;
}

/*
 * a-b.slice lies in a.slice, systemd.slice(5), and all of them in the root's group: the container's, where this is one.
 */
bool unit_slice_group(const char *slice, char path[PATH_MAX])
{
    static char answer[ANSWER_SIZE];
    if (!ask("-.slice", answer))
        return false;
    find(answer, "ControlGroup", path, PATH_MAX);
    size_t length = strlen(path);
    if (length == 1)
        length = 0; /* "/" */
    for (size_t end = 0; slice[end] && slice[end] != '.';) {
        char name[NAME_MAX + 1];
        end += strcspn(slice + end + 1, "-.") + 1;
        int named = snprintf(name, sizeof name, "%.*s.slice", (int)end, slice);
        if (named < 0 || (size_t)named >= sizeof name)
            return false;
        int added =
            snprintf(path + length, PATH_MAX - length, "/%s%s", is_escaped(name, (size_t)named) ? "_" : "", name);
        if (added < 0 || (size_t)added >= PATH_MAX - length)
            return false;
        length += (size_t)added;
    }
    return true;
}
