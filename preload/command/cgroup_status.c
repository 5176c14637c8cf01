#include "preload/command/cgroup_status.h"
#include "core/json.h"
#include "preload/cgroup/group.h"
#include "preload/cgroup/refusal.h"
#include "preload/cgroup/status.h"
#include "preload/command/say.h"
#include "preload/command/standard.h"
#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK_SIZE = 4 * CGROUP_TEXT_SIZE };

struct printing {
    bool json;
    size_t count;
};

static const struct {
    const char *key, *what;
    size_t count;
} counts[] = {{"connections", "covered", CGROUP_CONNECTIONS},
              {"listeners", "covered", CGROUP_LISTENERS},
              {"answered", "calls of the programs themselves", CGROUP_ANSWERED},
              {"deaths", "dead peers found with data in flight", CGROUP_DEATHS}};

enum { COUNTS = sizeof counts / sizeof *counts };

static void add_since(struct text *text, int64_t since, const char *format)
{
    char line[64] = "";
    time_t time = (time_t)since;
    struct tm parts;
    if (gmtime_r(&time, &parts))
        strftime(line, sizeof line, format, &parts);
    text_add(text, line);
}

static void add_line(struct text *text, const char *what)
{
    size_t line = text->used;
    text_add(text, "  ");
    text_add(text, what);
    text_pad(text, line, 15);
}

static void add_block(struct text *text, const struct status *status)
{
    text_add(text, status->path);
    text_add_char(text, '\n');
    add_line(text, "policy");
    text_add(text, status->tells ? status->info.text : "of another version of tcpalive");
    text_add_char(text, '\n');
    for (size_t i = 0; status->tells && i < COUNTS; i++) {
        add_line(text, counts[i].key);
        text_add_number(text, (int64_t)status->counts[counts[i].count]);
        text_add_char(text, ' ');
        text_add(text, counts[i].what);
        text_add_char(text, '\n');
    }
    if (status->tells) {
        add_line(text, "since");
        add_since(text, status->info.since, "%Y-%m-%d %H:%M:%S UTC\n");
    }
    if (*status->overruled_by) {
        add_line(text, "overruled by");
        text_add(text, status->overruled_by);
        text_add_char(text, '\n');
    }
}

static void add_string_or_null(struct text *text, const char *key, bool known, const char *value)
{
    text_add_char(text, ',');
    json_key(text, key);
    if (known)
        json_string(text, span_of(value));
    else
        text_add(text, "null");
}

static void add_object(struct text *text, const struct status *status)
{
    char since[64];
    struct text time = text_in(since, sizeof since);
    add_since(&time, status->info.since, "%Y-%m-%dT%H:%M:%SZ");
    text_add_char(text, '{');
    json_key(text, "path");
    json_string(text, span_of(status->path));
    add_string_or_null(text, "policy", status->tells, status->info.text);
    add_string_or_null(text, "since", status->tells, since);
    for (size_t i = 0; i < COUNTS; i++) {
        text_add_char(text, ',');
        json_key(text, counts[i].key);
        if (status->tells)
            text_add_number(text, (int64_t)status->counts[counts[i].count]);
        else
            text_add(text, "null");
    }
    add_string_or_null(text, "overruled_by", *status->overruled_by, status->overruled_by);
    text_add_char(text, '}');
}

static void print(void *context, const struct status *status)
{
    static char block[BLOCK_SIZE];
    struct printing *printing = context;
    struct text text = text_in(block, sizeof block);
    if (printing->json) {
        text_add(&text, printing->count ? ",\n " : "");
        add_object(&text, status);
    } else {
        text_add(&text, printing->count ? "\n" : "");
        add_block(&text, status);
    }
    printing->count++;
    fwrite(block, 1, text.used, stdout);
}

/* What makes the question have no answer, or NULL. */
static const char *what_is_wrong(const char *path)
{
    static char top[PATH_MAX];
    const char *why = group_mount(top) ? NULL : "cgroup2 is not mounted";
    int group = path && !why ? group_open(path, &why) : -1;
    if (group >= 0)
        close(group);
    return why;
}

int cgroup_status(const char *path, bool json)
{
    struct printing printing = {.json = json};
    const char *wrong = what_is_wrong(path);
    if (wrong)
        return path ? say_usage("control group", path, wrong) : say_usage("cgroup", "--status", wrong);
    if (json)
        fputc('[', stdout);
    int error = status_each(path, print, &printing);
    if (json)
        fputs("]\n", stdout);
    if (!standard_flush())
        return EXIT_OURS;
    if (error)
        return say_usage("cgroup", "--status", refusal_of_load(error));
    if (path && !printing.count)
        say("control group", path, "has no policy");
    else if (!json && !printing.count)
        say("cgroup", "--status", "no control group has a policy");
    return path && !printing.count ? EXIT_UNREACHED : 0;
}
