#include "preload/library/rules.h"
#include "preload/library/announce.h"
#include "preload/library/complaints.h"
#include "preload/library/store.h"
#include "preload/raw.h"
#include "preload/statx.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { MOST = STORE_TEXT - sizeof "TCPALIVE_RULES=" };

static bool in_a_file;
static uint16_t options;

static uint16_t options_of(const struct profile *profile)
{
    unsigned found = 0;
    for (enum setting_id id = 0; id < KEEPALIVE_COUNT; id++)
        found |= (unsigned)!value_leaves_alone(profile->value[id]) << id;
    return (uint16_t)found;
}

static void complain_of(const char *object, const char *why)
{
    char line[512];
    struct text text = text_in(line, sizeof line);
    text_complain(&text, "rules", object, why);
    complaints_keep(line);
}

/* As strerror(3) names what befalls files that are only read. */
static void complain_of_error(const char *path, long error)
{
    static const struct {
        uint8_t number;
        char sentence[27];
    } errors[] = {{ENOENT, "No such file or directory"},
                  {EACCES, "Permission denied"},
                  {ENOTDIR, "Not a directory"},
                  {EISDIR, "Is a directory"}};
    char buffer[32];
    struct text text = text_in(buffer, sizeof buffer);
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].number == error)
            text_add(&text, errors[i].sentence);
    if (!text.used) {
        text_add(&text, "error ");
        text_add_number(&text, error);
    }
    complain_of(path, buffer);
}

/* How many bytes of it, up to STORE_TEXT, or an error below 0. */
static long read_all(long file, char *to)
{
    long length = 0, more = 1;
    while (more > 0 && length < STORE_TEXT)
        length += more = RAW(read, file, to + length, STORE_TEXT - length, 0, 0);
    return more < 0 ? more : length;
}

/*
 * Only a regular file, and without waiting for whatever took its place meanwhile: to open a queue waits for its other
 * end, to open a device may start it.
 */
static bool from_file(const char *given, char *to)
{
    const char *path = given + 1;
    struct file look;
    long result = file_look(AT_FDCWD, path, 0, FILE_TYPE, &look);
    if (result == 0 && S_ISDIR(look.mode))
        result = -EISDIR;
    if (result == 0 && !S_ISREG(look.mode)) {
        complain_of(path, "not a regular file");
        return false;
    }
    long file = result == 0 ? RAW(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0, 0) : result;
    if (file >= 0) {
        result = read_all(file, to);
        RAW(close, file, 0, 0, 0, 0);
    }
    if (file < 0 || result < 0) {
        complain_of_error(path, file < 0 ? -file : -result);
        return false;
    }
    if (result > MOST) {
        complain_of(given, "longer than a variable may be");
        return false;
    }
    to[result] = '\0';
    return true;
}

/* By words, none of which lies on two pages: what stands behind the text in its last word is copied as well. */
static void copy(const char *text, char *to)
{
    typedef size_t __attribute__((may_alias, aligned(1))) word;
    const word ones = SIZE_MAX / 0xff, highs = ones << 7;
    size_t at = 0;
    word piece;
    for (; (uintptr_t)(text + at) % sizeof piece; at++)
        if (!(to[at] = text[at]))
            return;
    do {
        *(word *)(to + at) = piece = *(const word *)(text + at);
        at += sizeof piece;
    } while (at < MOST && !((piece - ones) & ~piece & highs)); /* no byte of it is 0 */
    to[at] = '\0';
}

void rules_keep(struct policy *policy)
{
    const char *text = policy->rules;
    struct store *store = text ? store_open() : NULL;
    policy->rules = NULL;
    options = options_of(&policy->plain);
    in_a_file = text && *text == '@';
    if (store && !in_a_file)
        copy(text, store->rules_text);
    if (store && (!in_a_file || from_file(text, store->rules_text))) {
        policy_give_room(policy, &store->rules);
        policy->rules = store->rules_text;
    }
    policy->under_rules = policy_rules_are_given(policy->rules);
    policy->rules_are_read = !policy->under_rules;
}

bool rules_are_in_a_file(void)
{
    return in_a_file;
}

static void complain(void *context, const char *line)
{
    (void)context;
    complaints_keep(line);
}

void rules_read(struct policy *policy)
{
    const struct policy_source source = {.complain = complain};
    policy_rules_read(policy, &source);
    uint16_t found = rules_options();
    for (int i = 0; i < policy->rule_count; i++)
        found |= policy->rule[i].off ? 0 : options_of(&policy->rule[i].profile);
    __atomic_store_n(&options, found, __ATOMIC_RELAXED);
    announce_prepare(policy);
}

uint16_t rules_options(void)
{
    return __atomic_load_n(&options, __ATOMIC_RELAXED);
}
