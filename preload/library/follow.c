#include "preload/library/follow.h"
#include "core/alias.h"
#include "preload/library/loaded_elf.h"
#include "preload/library/memory.h"

enum {
    STORE_SIZE = 128 * 1024, /* of all variables; the kernel takes no single one longer than that: execve(2) */
    VARIABLES_MAX = SETTING_COUNT + 1,
    ENVIRONMENT_MAX = 4096, /* variables of the program; the copy of the list is on its stack */
    PRELOAD_MAX = 4096      /* and so is LD_PRELOAD with our entry */
};

#define PRELOAD "LD_PRELOAD="

/* Touched only where TCPALIVE_FOLLOW is on, and common as start_read is: behind what every process writes. */
char follow_store[STORE_SIZE] __attribute__((common));

/* The first is LD_PRELOAD with our entry alone, when there is one. */
static char *remembered[VARIABLES_MAX];
static int count;

static void remember(struct text *text, const char *name, const char *value, struct span part)
{
    size_t needed = span_of(name).length + span_of(value).length + part.length + 2;
    if (count == VARIABLES_MAX || text->size - text->used <= needed)
        return;
    remembered[count++] = text->at + text->used;
    text_add(text, name);
    text_add_char(text, '=');
    text_add(text, value);
    text_add_span(text, part);
    text->used++; /* keeps the terminator */
}

static struct span last_part(struct span path)
{
    for (size_t i = path.length; i > 0; i--)
        if (path.at[i - 1] == '/')
            return (struct span){path.at + i, path.length - i};
    return path;
}

static bool same(struct span a, struct span b)
{
    size_t i = 0;
    while (a.length == b.length && i < a.length && a.at[i] == b.at[i])
        i++;
    return a.length == b.length && i == a.length;
}

/* ld.so(8) splits at spaces and colons. */
static bool next_entry(struct span *rest, struct span *entry)
{
    while (rest->length && (*rest->at == ':' || *rest->at == ' ')) {
        rest->at++;
        rest->length--;
    }
    *entry = (struct span){rest->at, 0};
    while (entry->length < rest->length && rest->at[entry->length] != ':' && rest->at[entry->length] != ' ')
        entry->length++;
    rest->at += entry->length;
    rest->length -= entry->length;
    return entry->length > 0;
}

/* The entry that names our file; as it was written, so that $LIB still means another folder to another word size. */
static struct span find_ours(const char *preload, struct span file)
{
    struct span rest = span_of(preload), entry;
    while (next_entry(&rest, &entry))
        if (same(last_part(entry), file))
            return entry;
    return (struct span){preload, 0};
}

static struct span own_file(void)
{
    const struct link_map *map = loaded_elf_first();
    while (map && !loaded_elf_is_ours(map->l_ld))
        map = map->l_next;
    return last_part(span_of(map ? map->l_name : ""));
}

void follow_remember(const struct policy *policy, const char *(*variable)(void *context, const char *name))
{
    struct text text = text_in(follow_store, sizeof follow_store);
    const char *preload = variable(NULL, "LD_PRELOAD");
    struct span ours = find_ours(preload ? preload : "", own_file());
    if (ours.length)
        remember(&text, "LD_PRELOAD", "", ours);
    for (enum setting_id id = 0; id < SETTING_COUNT; id++) {
        const struct origin *origin = &policy->origin[id];
        char name[SETTING_NAME_SIZE];
        setting_variable(id, name);
        if (origin->kind == ORIGIN_VARIABLE || origin->kind == ORIGIN_ALIAS)
            remember(&text, origin->alias ? origin->alias->variable : name, origin->text, (struct span){"", 0});
    }
}

/* Which of the environment's variables has the name of this one, or -1. */
static int position(char *const *environment, const char *variable)
{
    size_t length = 0;
    while (variable[length] != '=')
        length++;
    for (int i = 0; environment && environment[i]; i++) {
        size_t at = 0;
        while (at <= length && environment[i][at] == variable[at])
            at++;
        if (at > length)
            return i;
    }
    return -1;
}

static bool is_preload(const char *variable)
{
    return span_starts(span_of(variable), PRELOAD);
}

static size_t size_of(const char *variable)
{
    return span_of(variable).length + 1;
}

/* Is this one of ours missing? Of LD_PRELOAD our entry may be, beside others. */
static bool missing(char *const *environment, int index)
{
    int at = position(environment, remembered[index]);
    if (at < 0 || !is_preload(remembered[index]))
        return at < 0;
    struct span ours = last_part(span_of(remembered[index] + sizeof PRELOAD - 1));
    return size_of(environment[at]) < PRELOAD_MAX && !find_ours(environment[at] + sizeof PRELOAD - 1, ours).length;
}

static int length_of(char *const *environment)
{
    int length = 0;
    while (environment && environment[length])
        length++;
    return length;
}

/* What LD_PRELOAD takes when ours joins theirs. */
static size_t joined_size(char *const *environment)
{
    int at = count && is_preload(remembered[0]) ? position(environment, remembered[0]) : -1;
    return at < 0 ? 0 : size_of(remembered[0]) + size_of(environment[at]);
}

size_t follow_size(char *const *environment)
{
    bool any = false;
    if (!count || !memory_list_readable((const char *const *)environment))
        return 0;
    int length = length_of(environment);
    for (int i = 0; i < count && length <= ENVIRONMENT_MAX; i++)
        any = any || missing(environment, i);
    return any ? (size_t)(length + count + 1) * sizeof(char *) + joined_size(environment) : 0;
}

/* `LD_PRELOAD=ours:theirs` in the room. */
static char *join(char *const *environment, char *room)
{
    struct text text = text_in(room, joined_size(environment));
    text_add(&text, remembered[0]);
    text_add_char(&text, ':');
    text_add(&text, environment[position(environment, remembered[0])] + sizeof PRELOAD - 1);
    return room;
}

char **follow_fill(char *const *environment, void *room)
{
    char **list = room;
    int length = length_of(environment), end = length;
    for (int i = 0; i < length; i++)
        list[i] = environment[i];
    for (int i = 0; i < count; i++) {
        if (!missing(environment, i))
            continue;
        int at = position(environment, remembered[i]);
        if (at < 0)
            list[end++] = remembered[i];
        else
            list[at] = join(environment, (char *)(list + length + count + 1));
    }
    list[end] = NULL;
    return list;
}
