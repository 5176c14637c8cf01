#include "preload/cgroup/maps.h"
#include "preload/apply.h"
#include "preload/cgroup/bpf.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NAME_OF_VALUES "tcpalive_values"
#define NAME_OF_OWN    "tcpalive_own"
#define NAME_OF_COUNTS "tcpalive_counts"
#define NAME_OF_INFO   "tcpalive_info"

/* Beyond that many rows a policy begins anew, and connections that are there already are as they were before any. */
enum { ROWS_MAX = 16 * 1024, RULES_NAMED = 8 };

static void write_description(struct text *text, const struct policy *policy)
{
    static const char *const names[] = {"idle ", ", interval ", ", probes ", ", user-timeout "};
    for (enum setting_id id = 0; id < KEEPALIVE_COUNT; id++) {
        text_add(text, names[id]);
        setting_write(text, id, policy->plain.value[id]);
    }
    if (!value_leaves_alone(policy->plain.detect)) {
        text_add(text, ", detect ");
        setting_write(text, SETTING_DETECT, policy->plain.detect);
    }
    text_add(text, ", mode ");
    setting_write(text, SETTING_MODE, policy->mode);
    for (int i = 0; i < policy->rule_count && i < RULES_NAMED; i++) {
        text_add(text, i ? "; " : ", rules for ");
        rule_write(text, &policy->rule[i]);
    }
    if (policy->rule_count > RULES_NAMED)
        text_add(text, "; ...");
}

static int write_info(const struct cgroup_maps *maps, const struct policy *policy)
{
    struct cgroup_info info = {
        .since = (int64_t)time(NULL), .mode = policy->mode, .plain = maps->plain, .absent = maps->absent};
    struct text text = text_in(info.text, sizeof info.text);
    write_description(&text, policy);
    return bpf_array_write(maps->info, 0, &info);
}

/* An older policy's, as far as this one goes on with it: `values` is -1 where it does not. */
struct before {
    int values, own;
    uint32_t rows;
    struct cgroup_info info;
};

static int map_of_size(int program, const char *name, size_t size, uint32_t *count)
{
    size_t has;
    int map = program < 0 ? -ENOENT : bpf_program_map(program, name);
    if (map >= 0 && (bpf_map_size(map, &has, count) < 0 || has != size)) {
        close(map);
        map = -ENOENT;
    }
    return map;
}

static void find_before(const struct policy *policy, int old, struct before *before)
{
    uint32_t ignored;
    *before = (struct before){.values = -1, .own = -1};
    if (!cgroup_keeps_rows(policy) || !cgroup_maps_read_info(old, &before->info))
        return;
    before->values = map_of_size(old, NAME_OF_VALUES, CGROUP_VALUES * sizeof(int32_t), &before->rows);
    if (before->values >= 0 && before->rows > ROWS_MAX) {
        close(before->values);
        before->values = -1;
    }
    if (before->values >= 0)
        before->own = map_of_size(old, NAME_OF_OWN, CGROUP_OWN_WORDS * sizeof(int32_t), &ignored);
}

static int write_own_rows(const struct cgroup_maps *maps, const struct policy *policy)
{
    int32_t row[CGROUP_VALUES];
    cgroup_write_row(&policy->plain, row);
    int error = bpf_array_write(maps->values, maps->plain, row);
    for (uint32_t i = 0; error == 0 && i < policy->rule_count; i++) {
        cgroup_write_row(&policy->rule[i].profile, row);
        error = bpf_array_write(maps->values, maps->plain + 1 + i, row);
    }
    return error;
}

static int copy_rows(const struct cgroup_maps *maps, const struct before *before)
{
    int32_t row[CGROUP_VALUES];
    int error = 0;
    for (uint32_t i = 0; error == 0 && before->values >= 0 && i < before->rows; i++) {
        error = bpf_array_read(before->values, i, row);
        error = error ? error : bpf_array_write(maps->values, i, row);
    }
    return error;
}

/* Is the older policy's newest set of rows the same as this one's? Then so are its numbers. */
static bool same_rows(const struct before *before, const struct policy *policy)
{
    int32_t theirs[CGROUP_VALUES], ours[CGROUP_VALUES];
    bool same = before->rows == before->info.plain + 1 + policy->rule_count;
    for (uint32_t i = 0; same && i <= policy->rule_count; i++) {
        cgroup_write_row(i ? &policy->rule[i - 1].profile : &policy->plain, ours);
        same = bpf_array_read(before->values, before->info.plain + i, theirs) == 0 &&
               memcmp(ours, theirs, sizeof ours) == 0;
    }
    return same;
}

static void number_rows(struct cgroup_maps *maps, const struct policy *policy, const struct before *before)
{
    maps->plain = CGROUP_FIRST_ROW;
    maps->absent = CGROUP_LEFT;
    if (before->values < 0)
        return;
    maps->plain = same_rows(before, policy) ? before->info.plain : before->rows;
    maps->absent = before->own >= 0 ? before->info.absent : before->info.plain;
}

static void read_system(struct cgroup_maps *maps)
{
    struct socket_values values;
    int untouched = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    apply_read_system(untouched, &values);
    for (enum setting_id id = 0; id <= SETTING_PROBES; id++)
        maps->system[id] = apply_to_kernel(id, values.value[id]);
    if (untouched >= 0)
        close(untouched);
}

static int make_tables(struct cgroup_maps *maps, const struct policy *policy, const struct before *before)
{
    maps->values = bpf_array(NAME_OF_VALUES, CGROUP_VALUES * sizeof(int32_t), maps->plain + 1 + policy->rule_count);
    if (maps->values < 0)
        return maps->values;
    bool keeps = cgroup_keeps_rows(policy) || cgroup_bounds(policy);
    if (before->own >= 0)
        maps->own = fcntl(before->own, F_DUPFD_CLOEXEC, 0);
    else if (keeps)
        maps->own = bpf_socket_storage(NAME_OF_OWN, CGROUP_OWN_WORDS);
    if (keeps && maps->own < 0)
        return maps->own;
    if ((maps->counts = bpf_array(NAME_OF_COUNTS, CGROUP_COUNTS * sizeof(uint64_t), 1)) < 0)
        return maps->counts;
    if ((maps->info = bpf_array(NAME_OF_INFO, sizeof(struct cgroup_info), 1)) < 0)
        return maps->info;
    int error = copy_rows(maps, before);
    error = error ? error : write_own_rows(maps, policy);
    return error ? error : write_info(maps, policy);
}

int cgroup_maps_make(const struct policy *policy, int old, struct cgroup_maps *maps)
{
    struct before before;
    *maps = (struct cgroup_maps){.values = -1, .own = -1, .counts = -1, .info = -1};
    find_before(policy, old, &before);
    number_rows(maps, policy, &before);
    read_system(maps);
    int error = make_tables(maps, policy, &before);
    if (before.values >= 0)
        close(before.values);
    if (before.own >= 0)
        close(before.own);
    if (error < 0)
        cgroup_maps_close(maps);
    return -error;
}

void cgroup_maps_close(const struct cgroup_maps *maps)
{
    const int all[] = {maps->values, maps->own, maps->counts, maps->info};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] >= 0)
            close(all[i]);
}

static bool read_only_value(int program, const char *name, size_t size, void *value)
{
    uint32_t count;
    int map = map_of_size(program, name, size, &count);
    bool read = map >= 0 && bpf_array_read(map, 0, value) == 0;
    if (map >= 0)
        close(map);
    return read;
}

bool cgroup_maps_read_info(int program, struct cgroup_info *info)
{
    bool read = read_only_value(program, NAME_OF_INFO, sizeof *info, info);
    info->text[CGROUP_TEXT_SIZE - 1] = '\0';
    return read;
}

bool cgroup_maps_read_counts(int program, uint64_t counts[CGROUP_COUNTS])
{
    return read_only_value(program, NAME_OF_COUNTS, CGROUP_COUNTS * sizeof(uint64_t), counts);
}
