/* `tcpalive cgroup` and other policies, other groups, other programs of the kernel's, and those who use it wrongly. */
#include "cgroup.h"
#include "harness/cmocka_all.h"
#include "harness/place.h"
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void one_policy_at_a_time(void **state)
{
    char wanted[1024];
    (void)state;
    cgroup_need();
    cgroup_put(WORDS_OF(POLICY_SETTINGS, "--rules", "connect *:22 off"));
    struct child *second = cgroup_command(125, WORDS_OF("--idle", "99"));
    snprintf(wanted, sizeof wanted,
             "tcpalive: control group '%s': has a policy already: idle 41s, interval 7s, probes 4, user-timeout off, "
             "mode enforce, rules for connect *:22 (--replace takes its place)\n",
             cgroup_path);
    assert_string_equal(child_errors(second), wanted);
    struct child *before = cgroup_start_ready(WORDS_OF(place_file("tests/direct/static")));
    cgroup_expect(before, true);
    cgroup_put(WORDS_OF("--idle", "99", "--replace"));
    cgroup_expect(cgroup_start_ready(WORDS_OF(place_file("tests/direct/static"))), false);
    cgroup_expect(before, true); /* what it had it keeps */
    cgroup_put(WORDS_OF("--detach"));
    assert_non_null(strstr(child_errors(cgroup_command(125, WORDS_OF("--detach"))), "has no policy"));
}

static void a_group_above_has_the_last_word(void **state)
{
    char above[sizeof cgroup_path];
    (void)state;
    cgroup_need();
    cgroup_put(WORDS_OF("--idle", "99"));
    memcpy(above, cgroup_path, sizeof above);
    strncat(cgroup_path, "/below", sizeof cgroup_path - strlen(cgroup_path) - 1);
    assert_int_equal(mkdir(cgroup_path, 0755), 0);
    struct child *child = cgroup_command(0, WORDS_OF(POLICY_SETTINGS));
    bool warned = strstr(child_errors(child), "a group above it has a policy, which comes last: idle 99s");
    rmdir(cgroup_path);
    memcpy(cgroup_path, above, sizeof cgroup_path);
    assert_true(warned);
}

/* Nothing in it can run, not even what tries whether the kernel does all this. */
static void a_frozen_group(void **state)
{
    char path[600];
    (void)state;
    cgroup_need();
    snprintf(path, sizeof path, "%s/cgroup.freeze", cgroup_path);
    int freezer = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(write(freezer, "1", 1), 1);
    struct child *child = cgroup_command(-1, WORDS_OF(POLICY_SETTINGS));
    assert_int_equal(write(freezer, "0", 1), 1);
    close(freezer);
    assert_string_equal(child_errors(child), "");
    cgroup_expect(cgroup_start_ready(WORDS_OF(place_file("tests/direct/static"))), true);
}

static int bpf(int what, union bpf_attr *attr)
{
    return (int)syscall(SYS_bpf, what, attr, sizeof *attr);
}

/* How many programs see the group's connections; with `program`, after that one was put there. */
static int programs_there(const struct bpf_insn *program)
{
    union bpf_attr attr;
    int directory = open(cgroup_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (program) {
        memset(&attr, 0, sizeof attr);
        attr.prog_type = BPF_PROG_TYPE_SOCK_OPS;
        attr.insns = (uintptr_t)program;
        attr.insn_cnt = 2;
        attr.license = (uintptr_t) "MIT";
        int fd = bpf(BPF_PROG_LOAD, &attr);
        assert_true(fd >= 0);
        memset(&attr, 0, sizeof attr);
        attr.target_fd = (uint32_t)directory;
        attr.attach_bpf_fd = (uint32_t)fd;
        attr.attach_type = BPF_CGROUP_SOCK_OPS;
        attr.attach_flags = BPF_F_ALLOW_MULTI;
        assert_int_equal(bpf(BPF_PROG_ATTACH, &attr), 0);
        close(fd);
    }
    memset(&attr, 0, sizeof attr);
    attr.query.target_fd = (uint32_t)directory;
    attr.query.attach_type = BPF_CGROUP_SOCK_OPS;
    assert_int_equal(bpf(BPF_PROG_QUERY, &attr), 0);
    close(directory);
    return (int)attr.query.prog_cnt;
}

/* It goes with the group, at the end of the tests. */
static void other_programs_are_left_alone(void **state)
{
    const struct bpf_insn nothing[] = {{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1},
                                       {.code = BPF_JMP | BPF_EXIT}};
    (void)state;
    cgroup_need();
    assert_int_equal(programs_there(nothing), 1);
    cgroup_put(WORDS_OF(POLICY_SETTINGS));
    assert_int_equal(programs_there(NULL), 2);
    cgroup_expect(cgroup_start_ready(WORDS_OF(place_file("tests/direct/static"))), true);
    cgroup_put(WORDS_OF("--detach"));
    assert_int_equal(programs_there(NULL), 1);
}

static void refused(const char *says, const char *const words[])
{
    struct child *child = cgroup_command(125, words);
    if (!strstr(child_errors(child), says))
        fail_msg("expected \"%s\" in: %s", says, child_errors(child));
    child_stop(child);
}

static void what_the_kernel_cannot_do_is_refused(void **state)
{
    (void)state;
    cgroup_need();
    refused("defer-accept: the kernel does not set it", WORDS_OF("--defer-accept", "5s"));
    refused("programs 'nginx': the kernel does not look at names", WORDS_OF("--programs", "nginx"));
    refused("log: the kernel writes no lines", WORDS_OF("--log", "info"));
    assert_int_equal(programs_there(NULL) <= 1, 1);
}

static void wrong_use(void **state)
{
    (void)state;
    char saved[sizeof cgroup_path];
    memcpy(saved, cgroup_path, sizeof saved);
    strcpy(cgroup_path, "/nowhere");
    refused("control group '/nowhere': No such file", WORDS_OF(POLICY_SETTINGS));
    refused("takes no settings", WORDS_OF("--detach", POLICY_SETTINGS));
    refused("takes no settings", WORDS_OF("--detach", "--replace"));
    refused("must be 1..127", WORDS_OF("--probes", "900"));
    refused("'--no-such': no such option", WORDS_OF("--no-such"));
    refused("takes one PATH", WORDS_OF("/one"));
    strcpy(cgroup_path, "/");
    refused("control group '/': no control group", WORDS_OF(POLICY_SETTINGS));
    memcpy(cgroup_path, saved, sizeof cgroup_path);
}

static void an_ordinary_user_is_told_what_is_missing(void **state)
{
    (void)state;
    cgroup_need();
    const char *argv[] = {place_file("tcpalive"), "cgroup", POLICY_SETTINGS, cgroup_path, NULL};
    struct child *child = child_start(&(struct child_plan){.argv = argv, .uid = PLACE_NOBODY});
    assert_int_equal(child_wait(child, CHILD_DEADLINE_MS), 125);
    assert_non_null(strstr(child_errors(child), "Operation not permitted"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CGROUP_TEST(one_policy_at_a_time),
        CGROUP_TEST(a_group_above_has_the_last_word),
        CGROUP_TEST(a_frozen_group),
        CGROUP_TEST(other_programs_are_left_alone),
        CGROUP_TEST(what_the_kernel_cannot_do_is_refused),
        CGROUP_TEST(wrong_use),
        CGROUP_TEST(an_ordinary_user_is_told_what_is_missing),
    };
    return cmocka_run_group_tests(tests, cgroup_begin, cgroup_end);
}
