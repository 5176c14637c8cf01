/*
 * `tcpalive enable` and `disable` on services of a machine that systemd runs, their sockets' values read by
 * the oracle there.
 */
#include "harness/cmocka_all.h"
#include "machine.h"
#include <stdio.h>
#include <string.h>

#define SURVIVES "keepalive=1 idle=175 interval=35 probes=5"
#define DETECTS  "keepalive=1 idle=15 interval=5 probes=3"
#define BARE     "keepalive=0"

#define DROP_IN(unit) "/etc/systemd/system/" unit ".d/50-tcpalive.conf"

static void expect(const char *text, const char *in)
{
    if (!strstr(in, text))
        fail_msg("expected \"%s\" in: %s", text, in);
}

/* The command fails and says this. */
static void refused(const char *script, const char *says)
{
    int status;
    expect(says, machine_run(script, &status));
    assert_int_equal(status, 125);
}

static void nothing_is_left(void)
{
    assert_string_equal(machine_do("find /etc/systemd/system -name \"*tcpalive*\" -o -name \"*.d\""), "");
    expect("no control group has a policy", machine_do("tcpalive cgroup --status"));
}

/* A unit that asks for keepalive of its own, 300 s, and may map nothing but its own file: NoExecPaths=/. */
static void redis_by_its_control_group(void **state)
{
    (void)state;
    machine_need();
    machine_do("systemctl start redis-server");
    assert_false(machine_holds("redis-server", SURVIVES));
    expect("restarted", machine_do("tcpalive enable --survive aws-nlb --now redis-server"));
    expect("ExecStartPre=-+/usr/local/lib/tcpalive/tcpalive cgroup --own --replace --survive \"aws-nlb\"\n",
           machine_do("cat " DROP_IN("redis-server.service")));
    assert_true(machine_holds("redis-server", SURVIVES));
    expect("as it was", machine_do("tcpalive enable --survive aws-nlb redis-server.service"));
    machine_do("systemctl kill -s KILL redis-server; i=0; until systemctl is-active redis-server && redis-cli ping; "
               "do sleep 0.1; i=$((i + 1)); [ $i -lt 600 ]; done");
    assert_true(machine_holds("redis-server", SURVIVES));
    machine_do("tcpalive disable --now redis-server");
    assert_false(machine_holds("redis-server", SURVIVES));
    machine_do("systemctl stop redis-server");
    nothing_is_left();
}

static void redis_by_the_library(void **state)
{
    (void)state;
    machine_need();
    machine_do(
        "mkdir /etc/systemd/system/redis-server.service.d && printf \"[Service]\\nEnvironment=A=b "
        "LD_PRELOAD=libm.so.6\\n\" >/etc/systemd/system/redis-server.service.d/10-own.conf && systemctl daemon-reload");
    machine_do("tcpalive enable --method preload --detect 30s --now redis-server");
    assert_true(machine_holds("redis-server", DETECTS));
    const char *drop_in = machine_do("cat " DROP_IN("redis-server.service"));
    expect("Environment=\"LD_PRELOAD=/usr/local/lib/tcpalive/libtcpalive.so:libm.so.6\"\n", drop_in);
    expect("Environment=\"TCPALIVE_DETECT=30s\"\n", drop_in);
    expect("ExecPaths=/usr/local/lib/tcpalive\n", drop_in);
    expect("as it was", machine_do("tcpalive enable --method preload --detect 30s redis-server"));
    machine_do("mv /etc/systemd/system/redis-server.service.d/10-own.conf "
               "/etc/systemd/system/redis-server.service.d/override.conf");
    expect("another drop-in sets LD_PRELOAD", machine_do("tcpalive enable --method preload --detect 30s redis-server"));
    machine_do("tcpalive disable --now redis-server");
    assert_false(machine_holds("redis-server", DETECTS));
    machine_do(
        "systemctl stop redis-server; rm -r /etc/systemd/system/redis-server.service.d; systemctl daemon-reload");
    nothing_is_left();
}

/* Static, without rights, and in a filter: no library reaches it, and it notices nothing of the other way. */
static void a_hardened_go_service(void **state)
{
    (void)state;
    machine_need();
    machine_do("printf \"[Service]\\nDelegate=yes\\nDynamicUser=yes\\nNoNewPrivileges=yes\\nCapabilityBoundingSet=\\n"
               "SystemCallFilter=@system-service\\nMemoryDenyWriteExecute=yes\\nProtectControlGroups=yes\\n"
               "ExecStart=/bin/sh -c \\\"sleep 1000 | /usr/local/bin/talk\\\"\\n\" >/etc/systemd/system/talk.service; "
               "systemctl daemon-reload");
    machine_do("tcpalive enable --survive aws-nlb --now talk");
    machine_do(
        "i=0; until [ $(oracle $(pidof talk) | wc -l) -ge 3 ]; do sleep 0.1; i=$((i + 1)); [ $i -lt 600 ]; done");
    const char *seen = machine_do("oracle $(pidof talk)");
    expect(SURVIVES, seen);
    assert_null(strstr(seen, BARE));
    machine_do(
        "systemctl stop talk; rm /etc/systemd/system/talk.service; systemctl daemon-reload; tcpalive disable talk");
    nothing_is_left();
}

/* It runs in a group below its unit's, and that is gone when it is, however it ends. */
static void run_in_a_unit(void **state)
{
    (void)state;
    machine_need();
    machine_do(
        "printf \"[Service]\\nExecStart=/usr/local/lib/tcpalive/tcpalive run --method cgroup --survive aws-nlb -- "
        "/bin/sh "
        "-c \\\"sleep 1000 | /usr/local/bin/talk\\\"\\n\" >/etc/systemd/system/talk.service; systemctl daemon-reload; "
        "systemctl start talk; i=0; until [ $(oracle $(pidof talk) | wc -l) -ge 3 ]; do sleep 0.1; i=$((i + 1)); "
        "[ $i -lt 600 ]; done");
    const char *seen = machine_do("oracle $(pidof talk)");
    expect(SURVIVES, seen);
    assert_null(strstr(seen, BARE));
    expect("tcpalive-run-", machine_do("ls /sys/fs/cgroup/system.slice/talk.service"));
    machine_do("systemctl kill -s KILL talk; i=0; while [ -d /sys/fs/cgroup/system.slice/talk.service ]; do sleep 0.1; "
               "i=$((i + 1)); [ $i -lt 600 ]; done; rm /etc/systemd/system/talk.service; systemctl reset-failed talk; "
               "systemctl daemon-reload");
    nothing_is_left();
}

static void a_service_that_a_socket_starts(void **state)
{
    (void)state;
    machine_need();
    machine_do("systemctl start ssh.socket");
    expect("KeepAlive=yes", machine_do("tcpalive enable --survive aws-nlb ssh"));
    expect("LD_PRELOAD=", machine_do("cat " DROP_IN("ssh.service")));
    refused("tcpalive enable --method cgroup ssh", "its listener is systemd");
    refused("tcpalive enable ssh.socket", "KeepAlive=yes");
    machine_do("tcpalive disable ssh; systemctl stop ssh.socket");
    nothing_is_left();
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    machine_need();
    refused("tcpalive enable no-such", "no such unit");
    refused("tcpalive enable", "needs a UNIT");
    refused("tcpalive enable --such nginx", "'--such': no such option");
    refused("tcpalive enable --probes 900 nginx", "must be 1..127");
    refused("tcpalive enable --method supervise nginx", "must be auto, cgroup or preload");
    refused("tcpalive enable sysinit.target", "is neither a service nor a slice");
    refused("tcpalive disable nginx", "is not enabled");
    refused("tcpalive enable --method preload system.slice", "it takes the control group");
    refused("tcpalive enable --user nginx", "before the program in its ExecStart=");
    refused("systemctl mask ssh.socket redis-server; tcpalive enable redis-server", "is masked");
    machine_do("systemctl unmask ssh.socket redis-server; ln -s /lib/systemd/system/nginx.service "
               "/etc/systemd/system/alias.service; systemctl daemon-reload");
    expect("system/nginx.service.d/50-tcpalive.conf: written",
           machine_do("tcpalive enable alias; tcpalive disable alias"));
    machine_do("rm /etc/systemd/system/alias.service; systemctl daemon-reload");
    refused("mount -o bind,ro /etc/systemd/system /etc/systemd/system; tcpalive enable nginx; status=$?; "
            "umount /etc/systemd/system; exit $status",
            "Read-only file system");
    machine_do("mkdir /etc/systemd/system/nginx.service.d; echo \"[Unit]\" >" DROP_IN("nginx.service"));
    refused("tcpalive enable nginx", "is not tcpalive");
    refused("tcpalive disable nginx", "is not tcpalive");
    machine_do("rm -r /etc/systemd/system/nginx.service.d");
    nothing_is_left();
}

/* Everything in it from the boot on; what a unit has asked for itself stands. */
static void a_slice_over_a_boot(void **state)
{
    (void)state;
    machine_need();
    expect("under the policy", machine_do("tcpalive enable --survive aws-nlb --now system.slice"));
    machine_do("systemctl start nginx");
    assert_true(machine_holds("nginx", SURVIVES));
    machine_restart();
    machine_do("tcpalive enable --detect 30s redis-server; systemctl start nginx redis-server");
    assert_true(machine_holds("nginx", SURVIVES));
    assert_true(machine_holds("redis-server", DETECTS));
    machine_do("tcpalive disable redis-server; tcpalive disable system.slice; systemctl stop redis-server; "
               "systemctl restart nginx");
    assert_true(machine_holds("nginx", BARE));
    machine_do("systemctl stop nginx");
    nothing_is_left();
}

/* A file of the unit's has the last word on a variable, but for a later file; what it preloads stays. */
static void a_file_sets_the_variable(void **state)
{
    (void)state;
    machine_need();
    machine_do("mkdir /etc/systemd/system/nginx.service.d; printf \"[Service]\\nEnvironmentFile=-/run/none\\n"
               "EnvironmentFile=/run/own-*\\n\" >/etc/systemd/system/nginx.service.d/10-own.conf; "
               "printf \"# LD_PRELOAD=no.so\\nA=b\\n LD_PRELOAD = \\\"libBrokenLocale.so.1\\\" \\nTCPALIVE_IDLE=9\\n\" "
               ">/run/own-1; systemctl daemon-reload");
    machine_do("tcpalive enable --method preload --detect 30s --idle 15s --now nginx");
    assert_true(machine_holds("nginx", DETECTS));
    expect("LD_PRELOAD=\"/usr/local/lib/tcpalive/libtcpalive.so:libBrokenLocale.so.1\"\n",
           machine_do("cat /etc/systemd/system/nginx.service.d/50-tcpalive.env"));
    machine_do("grep -q libBrokenLocale /proc/$(systemctl show --value -p MainPID nginx)/maps");
    expect("50-tcpalive.env: as it was", machine_do("tcpalive enable --method preload --detect 30s --idle 15s nginx"));
    machine_do("tcpalive disable --now nginx");
    assert_true(machine_holds("nginx", BARE));
    machine_do("systemctl stop nginx; rm -r /etc/systemd/system/nginx.service.d; systemctl daemon-reload");
    nothing_is_left();
}

/* What starts in it, at the boot and whenever the slice itself starts again, finds the policy there. */
static void another_slice_is_ready_before_its_services(void **state)
{
    (void)state;
    machine_need();
    machine_do("mkdir /etc/systemd/system/nginx.service.d; printf \"[Service]\\nSlice=work-nightly.slice\\n\" "
               ">/etc/systemd/system/nginx.service.d/10-slice.conf; systemctl enable nginx; "
               "tcpalive enable --survive aws-nlb work.slice");
    machine_restart();
    assert_true(machine_holds("nginx", SURVIVES));
    for (int again = 0; again < 7; again++) {
        machine_do("systemctl stop work.slice; systemctl reset-failed nginx; systemctl start nginx");
        assert_true(machine_holds("nginx", SURVIVES));
    }
    expect("under the policy", machine_do("tcpalive enable --detect 30s --now work.slice; systemctl restart nginx"));
    assert_true(machine_holds("nginx", DETECTS));
    machine_do("tcpalive disable work.slice; systemctl restart nginx");
    assert_true(machine_holds("nginx", BARE));
    machine_do("systemctl disable --now nginx; sed -i s/work-nightly/memory/ "
               "/etc/systemd/system/nginx.service.d/10-slice.conf; systemctl daemon-reload; "
               "tcpalive enable --survive aws-nlb memory.slice; systemctl start nginx");
    assert_true(machine_holds("nginx", SURVIVES)); /* a group of another name than its unit's */
    machine_do("tcpalive disable memory.slice; systemctl stop nginx; rm -r /etc/systemd/system/nginx.service.d; "
               "systemctl daemon-reload");
    nothing_is_left();
}

/* A service starts without us where our files have gone. */
static void a_missing_command_stops_nothing(void **state)
{
    (void)state;
    machine_need();
    machine_do("tcpalive enable nginx; sed -i s,/usr/local/lib/tcpalive/,/nowhere/, " DROP_IN(
        "nginx.service") "; systemctl daemon-reload; systemctl start nginx");
    assert_true(machine_holds("nginx", BARE));
    machine_do("tcpalive disable nginx; systemctl stop nginx");
    nothing_is_left();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redis_by_its_control_group),
        cmocka_unit_test(redis_by_the_library),
        cmocka_unit_test(a_hardened_go_service),
        cmocka_unit_test(a_service_that_a_socket_starts),
        cmocka_unit_test(run_in_a_unit),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(a_missing_command_stops_nothing),
        cmocka_unit_test(a_file_sets_the_variable),
        cmocka_unit_test(a_slice_over_a_boot),
        cmocka_unit_test(another_slice_is_ready_before_its_services),
    };
    return cmocka_run_group_tests(tests, machine_begin, machine_end);
}
