#include "preload/enable/drop_in.h"
#include "preload/program/library_path.h"
#include <stdio.h>
#include <string.h>

/* One word of a unit file's line: systemd.syntax(7), and systemd.service(5) for % and $ on a command line. */
static void add_word(struct text *text, const char *word, bool command_line)
{
    text_add_char(text, '"');
    for (; *word; word++) {
        if (*word == '"' || *word == '\\')
            text_add_char(text, '\\');
        if (*word == '%' || (*word == '$' && command_line))
            text_add_char(text, *word);
        if (*word == '\n')
            text_add(text, "\\n");
        else
            text_add_char(text, *word);
    }
    text_add_char(text, '"');
}

/* Was it said, by a flag or its variable? Others have their defaults at the next start too. */
static const char *said(const struct policy *policy, enum setting_id id)
{
    const struct origin *origin = &policy->origin[id];
    bool given = origin->kind == ORIGIN_FLAG || origin->kind == ORIGIN_VARIABLE;
    return given && id != SETTING_ENABLED ? origin->text : NULL;
}

/* A slice's services have their own say, unless the user wants otherwise. */
static bool respects_by_default(const struct drop_in *drop_in)
{
    return drop_in->unit->slice && !said(drop_in->policy, SETTING_MODE);
}

static void add_flags(struct text *text, const struct drop_in *drop_in)
{
    char flag[SETTING_NAME_SIZE];
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        if (said(drop_in->policy, id)) {
            setting_flag(id, flag);
            text_add_char(text, ' ');
            text_add(text, flag);
            text_add_char(text, ' ');
            add_word(text, said(drop_in->policy, id), true);
        }
    if (respects_by_default(drop_in))
        text_add(text, " --mode respect");
}

static void add_header(struct text *text, const struct unit *unit)
{
    text_add(text, DROP_IN_MADE_BY "; `tcpalive disable ");
    text_add(text, unit->name);
    text_add(text, "` takes it away.\n");
}

/*
 * A variable of the unit's own Environment=, as systemctl(1) shows it: words, in quotes where there is a space in one.
 */
static const char *find_variable(const char *environment, const char *name, char value[UNIT_TEXT_SIZE])
{
    while (*environment) {
        bool quoted = *environment == '"';
        const char *word = environment + quoted;
        size_t length = strcspn(word, quoted ? "\"" : " "), named = strlen(name);
        if (length > named && strncmp(word, name, named) == 0 && word[named] == '=') {
            snprintf(value, UNIT_TEXT_SIZE, "%.*s", (int)(length - named - 1), word + named + 1);
            return value;
        }
        environment = word + length;
        environment += strspn(environment, "\" ");
    }
    return NULL;
}

static void add_variable(struct text *text, const char *name, const char *value)
{
    char line[3 * UNIT_TEXT_SIZE];
    struct text pair = text_in(line, sizeof line);
    text_add(&pair, name);
    text_add_char(&pair, '=');
    text_add(&pair, value);
    text_add(text, "Environment=");
    add_word(text, line, false);
    text_add_char(text, '\n');
}

static void add_library(struct text *text, const struct drop_in *drop_in)
{
    char value[2 * UNIT_TEXT_SIZE], has[UNIT_TEXT_SIZE], name[SETTING_NAME_SIZE], directory[PATH_MAX];
    const char *others = find_variable(drop_in->unit->environment, "LD_PRELOAD", has);
    if (library_path_prepend(drop_in->library, others, value, sizeof value))
        add_variable(text, "LD_PRELOAD", value);
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        if (said(drop_in->policy, id)) {
            setting_variable(id, name);
            add_variable(text, name, said(drop_in->policy, id));
        }
    if (!*drop_in->unit->no_exec_paths)
        return;
    snprintf(directory, sizeof directory, "%s", drop_in->library);
    if (strrchr(directory, '/') != directory)
        *strrchr(directory, '/') = '\0';
    text_add(text, "# The unit has NoExecPaths=: without this the library could not be mapped.\nExecPaths=");
    text_add(text, directory);
    text_add_char(text, '\n');
}

static void add_command(struct text *text, const char *command)
{
    if (strpbrk(command, " \"\\%$"))
        add_word(text, command, true);
    else
        text_add(text, command);
}

void drop_in_service_name(const struct unit *unit, char name[NAME_MAX + 1])
{
    snprintf(name, NAME_MAX + 1, "tcpalive-%.200s.service", unit->name);
}

void drop_in_write(struct text *text, const struct drop_in *drop_in)
{
    char name[NAME_MAX + 1];
    add_header(text, drop_in->unit);
    if (drop_in->unit->slice) {
        drop_in_service_name(drop_in->unit, name);
        text_add(text, "[Unit]\nWants=");
        text_add(text, name);
        text_add_char(text, '\n');
        return;
    }
    text_add(text, "[Service]\n");
    if (drop_in->method == DROP_IN_PRELOAD) {
        add_library(text, drop_in);
        return;
    }
    /* With `+` none of the unit's restrictions hold for it; with `-` the service starts even where it fails. */
    text_add(text, "ExecStartPre=-+");
    add_command(text, drop_in->command);
    text_add(text, " cgroup --own --replace");
    add_flags(text, drop_in);
    text_add_char(text, '\n');
}

void drop_in_write_service(struct text *text, const struct drop_in *drop_in)
{
    const char *slice = drop_in->unit->name;
    add_header(text, drop_in->unit);
    text_add(text, "[Unit]\nDescription=TCP keepalive for everything in ");
    text_add(text, slice);
    text_add(text, "\nDefaultDependencies=no\nBindsTo=");
    text_add(text, slice);
    text_add(text, "\nAfter=");
    text_add(text, slice);
    text_add(text, "\nBefore=sysinit.target\n\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=");
    add_command(text, drop_in->command);
    text_add(text, " cgroup --replace");
    add_flags(text, drop_in);
    text_add(text, " --unit ");
    text_add(text, slice);
    text_add(text, "\nExecStop=-");
    add_command(text, drop_in->command);
    text_add(text, " cgroup --detach --unit ");
    text_add(text, slice);
    text_add_char(text, '\n');
}

void drop_in_path(const struct unit *unit, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, DROP_IN_DIRECTORY "%s.d/50-tcpalive.conf", unit->name);
}

void drop_in_service_path(const struct unit *unit, char path[PATH_MAX])
{
    char name[NAME_MAX + 1];
    drop_in_service_name(unit, name);
    snprintf(path, PATH_MAX, DROP_IN_DIRECTORY "%s", name);
}
