#include "preload/enable/drop_in.h"
#include "preload/enable/environment.h"
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

bool drop_in_respects(const struct drop_in *drop_in)
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
    if (drop_in_respects(drop_in))
        text_add(text, " --mode respect");
}

static void add_header(struct text *text, const struct unit *unit)
{
    text_add(text, DROP_IN_MADE_BY "; `tcpalive disable ");
    text_add(text, unit->name);
    text_add(text, "` takes it away.\n");
}

/* Called for each variable that the library reads in the unit. */
typedef void add_variable(struct text *text, const char *name, const char *value);

static void each_variable(struct text *text, const struct drop_in *drop_in, add_variable *add)
{
    char value[2 * UNIT_TEXT_SIZE], has[UNIT_TEXT_SIZE], name[SETTING_NAME_SIZE], own[PATH_MAX];
    bool from_file;
    drop_in_environment_path(drop_in->unit, own);
    bool others = environment_find(drop_in->unit, "LD_PRELOAD", own, has, &from_file);
    if (library_path_prepend(drop_in->library, others ? has : NULL, value, sizeof value))
        add(text, "LD_PRELOAD", value);
    for (enum setting_id id = 0; id < SETTING_COUNT; id++)
        if (said(drop_in->policy, id)) {
            setting_variable(id, name);
            add(text, name, said(drop_in->policy, id));
        }
}

bool drop_in_has_environment(const struct drop_in *drop_in)
{
    char has[UNIT_TEXT_SIZE], name[SETTING_NAME_SIZE], own[PATH_MAX];
    bool from_file, any;
    drop_in_environment_path(drop_in->unit, own);
    environment_find(drop_in->unit, "LD_PRELOAD", own, has, &any);
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        setting_variable(id, name);
        environment_find(drop_in->unit, name, own, has, &from_file);
        any = any || from_file;
    }
    return any && drop_in->method == DROP_IN_PRELOAD && !drop_in->unit->slice;
}

static void add_to_unit(struct text *text, const char *name, const char *value)
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

static void add_to_file(struct text *text, const char *name, const char *value)
{
    text_add(text, name);
    text_add(text, "=\"");
    for (; *value; value++) {
        if (strchr("\"\\`$", *value))
            text_add_char(text, '\\');
        text_add_char(text, *value);
    }
    text_add(text, "\"\n");
}

static void add_path(struct text *text, const char *why, const char *key, const char *path)
{
    text_add(text, "# The unit ");
    text_add(text, why);
    text_add(text, ".\n");
    text_add(text, key);
    text_add(text, path);
    text_add_char(text, '\n');
}

static void add_library(struct text *text, const struct drop_in *drop_in)
{
    char directory[PATH_MAX];
    if (drop_in_has_environment(drop_in)) {
        drop_in_environment_path(drop_in->unit, directory);
        text_add(text, "# A file of the unit's own sets them too, and the last file counts.\nEnvironmentFile=");
        text_add(text, directory);
        text_add_char(text, '\n');
    } else {
        each_variable(text, drop_in, add_to_unit);
    }
    snprintf(directory, sizeof directory, "%s", drop_in->library);
    if (strrchr(directory, '/') != directory)
        *strrchr(directory, '/') = '\0';
    if (*drop_in->unit->no_exec_paths)
        add_path(text, "has NoExecPaths=: without this the library could not be mapped", "ExecPaths=", directory);
    if (*drop_in->unit->root)
        add_path(text, "has a root of its own: this shows the library there", "BindReadOnlyPaths=", directory);
}

/* A word of a command line, plain where it can be. */
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

/*
 * What runs in a slice starts behind it, so that a service of ours in front of the slice comes first: it makes the
 * group that the slice then finds. It does not stay active, which would hide that the slice, and its group, had gone
 * and come again.
 */
static void add_start_before(struct text *text, const struct drop_in *drop_in)
{
    text_add(text, "\nDefaultDependencies=no\nBefore=");
    text_add(text, drop_in->unit->name);
    text_add(text, "\nStartLimitIntervalSec=0\nConditionPathExists=!");
    text_add(text, drop_in->group);
    text_add(text, "\n\n[Service]\nType=oneshot\nExecStartPre=/bin/mkdir -p ");
    add_command(text, drop_in->group);
}

/*
 * system.slice holds our service too, and cannot wait for it: there it is in time for what starts
 * behind sysinit.target.
 */
static void add_start_inside(struct text *text, const char *slice)
{
    text_add(text, "\nDefaultDependencies=no\nBindsTo=");
    text_add(text, slice);
    text_add(text, "\nAfter=");
    text_add(text, slice);
    text_add(text, "\nBefore=sysinit.target\n\n[Service]\nType=oneshot\nRemainAfterExit=yes");
}

void drop_in_write_service(struct text *text, const struct drop_in *drop_in)
{
    const char *slice = drop_in->unit->name;
    add_header(text, drop_in->unit);
    text_add(text, "[Unit]\nDescription=TCP keepalive for everything in ");
    text_add(text, slice);
    if (*drop_in->group)
        add_start_before(text, drop_in);
    else
        add_start_inside(text, slice);
    text_add(text, "\nExecStart=");
    add_command(text, drop_in->command);
    text_add(text, " cgroup --replace");
    add_flags(text, drop_in);
    text_add(text, " --unit ");
    add_command(text, slice);
    text_add_char(text, '\n');
}

void drop_in_write_environment(struct text *text, const struct drop_in *drop_in)
{
    add_header(text, drop_in->unit);
    each_variable(text, drop_in, add_to_file);
}

void drop_in_environment_path(const struct unit *unit, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, DROP_IN_DIRECTORY "%s.d/50-tcpalive.env", unit->name);
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
