#include "preload/cgroup/bpf.h"
#include <errno.h>
#include <linux/btf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PROGRAMS_MAX = 1024, MAPS_MAX = 16 };

static int bpf(int command, union bpf_attr *attr)
{
    int result = (int)syscall(SYS_bpf, command, attr, sizeof *attr);
    return result < 0 ? -errno : result;
}

static uint64_t pointer(const void *to)
{
    return (uint64_t)(uintptr_t)to;
}

/* All of it: the kernel refuses what it finds behind the members that a command knows. */
static void clear(union bpf_attr *attr)
{
    memset(attr, 0, sizeof *attr);
}

static void set_name(char name[BPF_OBJ_NAME_LEN], const char *text)
{
    for (size_t i = 0; i + 1 < BPF_OBJ_NAME_LEN && text[i]; i++)
        name[i] = text[i];
}

int bpf_array(const char *name, size_t size, uint32_t count)
{
    union bpf_attr attr;
    clear(&attr);
    attr.map_type = BPF_MAP_TYPE_ARRAY;
    attr.key_size = 4;
    attr.value_size = (uint32_t)size;
    attr.max_entries = count;
    set_name(attr.map_name, name);
    return bpf(BPF_MAP_CREATE, &attr);
}

/* Such a map wants its types described: Documentation/bpf/btf.rst. Type 1 is a word, type 2 an array of them. */
static int describe_words(uint32_t words)
{
    const char names[] = "\0word";
    struct {
        struct btf_header header;
        struct btf_type word;
        uint32_t word_encoding;
        struct btf_type all;
        struct btf_array all_of;
        char names[sizeof names];
    } btf = {
        .header = {.magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof btf.header},
        .word = {.name_off = 1, .info = BTF_KIND_INT << 24, .size = 4},
        .word_encoding = 32,
        .all = {.info = BTF_KIND_ARRAY << 24},
        .all_of = {.type = 1, .index_type = 1, .nelems = words},
    };
    memcpy(btf.names, names, sizeof names);
    btf.header.type_len = offsetof(typeof(btf), names) - sizeof btf.header;
    btf.header.str_off = btf.header.type_len;
    btf.header.str_len = sizeof names;
    union bpf_attr attr;
    clear(&attr);
    attr.btf = pointer(&btf);
    attr.btf_size = (uint32_t)(offsetof(typeof(btf), names) + sizeof names);
    return bpf(BPF_BTF_LOAD, &attr);
}

int bpf_socket_storage(const char *name, uint32_t words)
{
    union bpf_attr attr;
    int btf = describe_words(words);
    if (btf < 0)
        return btf;
    clear(&attr);
    attr.map_type = BPF_MAP_TYPE_SK_STORAGE;
    attr.map_flags = BPF_F_NO_PREALLOC | BPF_F_CLONE;
    attr.key_size = 4;
    attr.value_size = 4 * words;
    attr.btf_fd = (uint32_t)btf;
    attr.btf_key_type_id = 1;
    attr.btf_value_type_id = 2;
    set_name(attr.map_name, name);
    int map = bpf(BPF_MAP_CREATE, &attr);
    close(btf);
    return map;
}

static int reach_element(int command, int map, uint32_t index, const void *value)
{
    union bpf_attr attr;
    clear(&attr);
    attr.map_fd = (uint32_t)map;
    attr.key = pointer(&index);
    attr.value = pointer(value);
    return bpf(command, &attr);
}

int bpf_array_write(int map, uint32_t index, const void *value)
{
    return reach_element(BPF_MAP_UPDATE_ELEM, map, index, value);
}

int bpf_array_read(int map, uint32_t index, void *value)
{
    return reach_element(BPF_MAP_LOOKUP_ELEM, map, index, value);
}

int bpf_load(const struct bpf_kind *kind, const struct bpf_code *code)
{
    union bpf_attr attr;
    clear(&attr);
    attr.prog_type = kind->program;
    attr.expected_attach_type = kind->attach;
    attr.insns = pointer(code->at);
    attr.insn_cnt = (uint32_t)code->count;
    attr.license = pointer("MIT");
    set_name(attr.prog_name, kind->name);
    return code->broken ? -E2BIG : bpf(BPF_PROG_LOAD, &attr);
}

static int hold(int command, int group, const struct bpf_kind *kind, int program, uint32_t flags, int old)
{
    union bpf_attr attr;
    clear(&attr);
    attr.target_fd = (uint32_t)group;
    attr.attach_bpf_fd = (uint32_t)program;
    attr.attach_type = kind->attach;
    attr.attach_flags = flags;
    attr.replace_bpf_fd = (uint32_t)old;
    return bpf(command, &attr);
}

int bpf_attach(int group, const struct bpf_kind *kind, int program, int old)
{
    uint32_t flags = BPF_F_ALLOW_MULTI | (old >= 0 ? BPF_F_REPLACE : 0);
    return hold(BPF_PROG_ATTACH, group, kind, program, flags, old >= 0 ? old : 0);
}

int bpf_detach(int group, const struct bpf_kind *kind, int program)
{
    return hold(BPF_PROG_DETACH, group, kind, program, 0, 0);
}

static int describe(int fd, void *info, size_t size)
{
    union bpf_attr attr;
    clear(&attr);
    attr.info.bpf_fd = (uint32_t)fd;
    attr.info.info_len = (uint32_t)size;
    attr.info.info = pointer(info);
    return bpf(BPF_OBJ_GET_INFO_BY_FD, &attr);
}

/* The descriptor of what has this number, with its description; -errno. */
static int open_described(int command, uint32_t id, void *info, size_t size)
{
    union bpf_attr attr;
    clear(&attr);
    attr.prog_id = id; /* the same place as map_id */
    int fd = bpf(command, &attr);
    int error = fd < 0 ? fd : describe(fd, info, size);
    if (fd >= 0 && error < 0)
        close(fd);
    return error < 0 ? error : fd;
}

int bpf_find(int group, const struct bpf_kind *kind, bool in_force)
{
    uint32_t ids[PROGRAMS_MAX];
    union bpf_attr attr;
    clear(&attr);
    attr.query.target_fd = (uint32_t)group;
    attr.query.attach_type = kind->attach;
    attr.query.query_flags = in_force ? BPF_F_QUERY_EFFECTIVE : 0;
    attr.query.prog_ids = pointer(ids);
    attr.query.prog_cnt = PROGRAMS_MAX;
    int error = bpf(BPF_PROG_QUERY, &attr);
    if (error < 0)
        return error;
    for (uint32_t i = 0; i < attr.query.prog_cnt; i++) {
        struct bpf_prog_info info = {0};
        int program = open_described(BPF_PROG_GET_FD_BY_ID, ids[i], &info, sizeof info);
        if (program >= 0 && strcmp(info.name, kind->name) == 0)
            return program;
        if (program >= 0)
            close(program);
    }
    return -ENOENT;
}

int bpf_program_map(int program, const char *name)
{
    uint32_t ids[MAPS_MAX];
    struct bpf_prog_info info = {.nr_map_ids = MAPS_MAX, .map_ids = pointer(ids)};
    int error = describe(program, &info, sizeof info);
    if (error < 0)
        return error;
    for (uint32_t i = 0; i < info.nr_map_ids && i < MAPS_MAX; i++) {
        struct bpf_map_info of = {0};
        int map = open_described(BPF_MAP_GET_FD_BY_ID, ids[i], &of, sizeof of);
        if (map >= 0 && strcmp(of.name, name) == 0)
            return map;
        if (map >= 0)
            close(map);
    }
    return -ENOENT;
}

int bpf_map_size(int map, size_t *size, uint32_t *count)
{
    struct bpf_map_info of = {0};
    int error = describe(map, &of, sizeof of);
    *size = of.value_size;
    *count = of.max_entries;
    return error;
}
