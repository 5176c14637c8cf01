#include "preload/library/follow.h"
#include "core/alias.h"
#include "preload/library/memory.h"
#include "preload/library/preload_entry.h"
#include "preload/library/store.h"

enum {
    ENVIRONMENT_MAX = 65536, /* variables of the program */
    PRELOAD_MAX = 4096       /* of LD_PRELOAD that ours still joins */
};

#define PRELOAD "LD_PRELOAD="

/* The first is LD_PRELOAD with our entry alone, when there is one. */
static char *remembered[FOLLOW_VARIABLES];
static int count;

static bool without_us;

static void remember(struct text *text, const char *name, const char *value, struct span part)
{
    size_t needed = span_of(name).length + span_of(value).length + part.length + 2;
    if (count == FOLLOW_VARIABLES || text->size - text->used <= needed)
        return;
    remembered[count++] = text->at + text->used;
    text_add(text, name);
    text_add_char(text, '=');
    text_add(text, value);
    text_add_span(text, part);
    text->used++; /* keeps the terminator */
}

void follow_remember(const struct policy *policy, const char *preload)
{
    struct store *store = store_open();
    if (!store)
        return;
    struct text text = text_in(store->follow, sizeof store->follow);
    struct span ours = preload_entry_in(preload ? preload : "");
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

static const char *value_of(const char *preload)
{
    return preload + sizeof PRELOAD - 1;
}

static bool holds_ours(const char *preload)
{
    return preload_entry_in(value_of(preload)).length;
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
    return size_of(environment[at]) < PRELOAD_MAX && !holds_ours(environment[at]);
}

const char *follow_missing(char *const *environment, int n, const char **theirs)
{
    for (int i = 0; i < count && !follow_is_without_us(); i++) {
        if (!missing(environment, i) || n-- > 0)
            continue;
        int at = position(environment, remembered[i]);
        *theirs = at < 0 ? NULL : value_of(environment[at]);
        return remembered[i];
    }
    return NULL;
}

/* LD_PRELOAD that a child shall not have with our entry, or -1. */
static int unwanted(char *const *environment)
{
    int at = follow_is_without_us() ? position(environment, PRELOAD) : -1;
    return at >= 0 && holds_ours(environment[at]) ? at : -1;
}

static int length_of(char *const *environment)
{
    int length = 0;
    while (environment && environment[length])
        length++;
    return length;
}

size_t follow_size(char *const *environment)
{
    const char *theirs = NULL;
    if ((!count && !follow_is_without_us()) || !memory_list_readable((const char *const *)environment))
        return 0;
    int length = length_of(environment), without = unwanted(environment);
    const char *first = follow_missing(environment, 0, &theirs);
    if (length > ENVIRONMENT_MAX || (without < 0 && !first))
        return 0;
    size_t text = without >= 0 ? size_of(environment[without]) : theirs ? size_of(first) + size_of(theirs) : 0;
    return (size_t)(length + count + 1) * sizeof(char *) + text;
}

/* The one variable that is made anew, `LD_PRELOAD=ours:theirs`. */
static char *join(const char *ours, const char *theirs, char *room)
{
    struct text text = text_in(room, size_of(ours) + size_of(theirs));
    text_add(&text, ours);
    text_add_char(&text, ':');
    text_add(&text, theirs);
    return room;
}

/* The variable there without our entry, or not at all when there is no other. */
static void take_out(char **list, int at, char *room, size_t size)
{
    struct text text = text_in(room, size);
    text_add(&text, PRELOAD);
    if (is_preload(list[at]))
        preload_entry_others(&text, value_of(list[at]));
    if (text.used >= sizeof PRELOAD) {
        list[at] = room;
        return;
    }
    for (; list[at]; at++)
        list[at] = list[at + 1];
}

char **follow_fill(char *const *environment, void *room)
{
    char **list = room;
    const char *more, *theirs;
    int length = length_of(environment), end = length, without = unwanted(environment);
    char *text = (char *)(list + length + count + 1);
    for (int i = 0; i <= length; i++)
        list[i] = environment ? environment[i] : NULL;
    if (without >= 0)
        take_out(list, without, text, size_of(environment[without]));
    for (int n = 0; (more = follow_missing(environment, n, &theirs)); n++)
        if (theirs)
            list[position(environment, more)] = join(more, theirs, text);
        else
            list[end++] = (char *)more;
    if (end > length)
        list[end] = NULL;
    return list;
}

void follow_without_us(bool without)
{
    __atomic_store_n(&without_us, without, __ATOMIC_RELAXED);
}

bool follow_is_without_us(void)
{
    return __atomic_load_n(&without_us, __ATOMIC_RELAXED);
}

void follow_never(char **environment)
{
    struct store *store = store_open();
    for (int i = 0; store && environment && environment[i];) {
        const char *variable = environment[i];
        if (span_starts(span_of(variable), "TCPALIVE") || (is_preload(variable) && holds_ours(variable)))
            take_out(environment, i, store->follow, sizeof store->follow);
        if (environment[i] == variable || environment[i] == store->follow)
            i++;
    }
}

bool follow_is_lost(char *const *environment, const char *preload)
{
    if (!preload || !preload_entry_in(preload).length || follow_is_without_us() ||
        !memory_list_readable((const char *const *)environment))
        return false;
    int at = position(environment, PRELOAD);
    return at < 0 || !holds_ours(environment[at]);
}
