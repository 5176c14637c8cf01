/*
 * Kinds of services under what units put on them, each enabled in both ways, their sockets' values read by the oracle
 * there. Ordinarily a few of them; with TCPALIVE_TEST_SOAK set every kind under every restriction.
 */
#include "harness/cmocka_all.h"
#include "machine.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CGROUP = 1, PRELOAD = 2, BOTH = CGROUP | PRELOAD };

#define LISTENER "/usr/bin/nc.openbsd -lk 127.0.0.1 4711"

/* A service, and the ways that reach it. */
static const struct kind {
    const char *name, *lines;
    int ways;
} kinds[] = {
    {"m.service", "ExecStart=" LISTENER, BOTH},
    {"m.service", "ExecStart=/bin/sh -c \\\"sleep 1000 | /usr/local/bin/talk\\\"", CGROUP},
    {"m.service", "ExecStart=/usr/bin/redis-server --port 7000 --bind 127.0.0.1 --save \\\"\\\"", BOTH},
    {"m.service", "Type=exec\\nExecStart=" LISTENER, BOTH},
    {"m.service",
     "Type=notify\\nNotifyAccess=all\\nExecStart=/bin/sh -c \\\"systemd-notify --ready; exec " LISTENER "\\\"", BOTH},
    {"m.service", "Type=forking\\nExecStart=/bin/sh -c \\\"" LISTENER " & sleep 0.1\\\"", BOTH},
    {"m.service", "Type=oneshot\\nRemainAfterExit=yes\\nExecStart=/bin/sh -c \\\"" LISTENER " & sleep 0.1\\\"", BOTH},
    {"m@one.service", "ExecStart=" LISTENER, BOTH},
    {"m-a\\x2db.service", "ExecStart=" LISTENER, BOTH},
    {"memory.service", "ExecStart=" LISTENER, BOTH},
};

#define HARDENED                                                                                                       \
    "DynamicUser=yes\\nNoNewPrivileges=yes\\nSystemCallFilter=@system-service\\nMemoryDenyWriteExecute=yes\\n"         \
    "CapabilityBoundingSet="

static const char *const restrictions[] = {
    "",
    HARDENED,
    "NoExecPaths=/\\nExecPaths=/usr/bin /usr/lib /usr/lib64 /usr/local/bin",
    "RootDirectory=/srv/root\\nBindReadOnlyPaths=/usr:/usr:norbind\\nMountAPIVFS=yes",
    "DynamicUser=yes",
    "NoNewPrivileges=yes",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~bpf\\nSystemCallErrorNumber=EPERM",
    "MemoryDenyWriteExecute=yes",
    "ProtectSystem=strict\\nProtectHome=yes\\nPrivateTmp=yes",
    "ProtectControlGroups=yes\\nProtectKernelTunables=yes\\nProtectProc=invisible\\nProcSubset=pid",
    "PrivateUsers=yes\\nPrivateDevices=yes",
    "PrivateNetwork=yes",
    "RestrictNamespaces=yes\\nRestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK\\nLockPersonality=yes",
    "Delegate=yes",
    "User=nobody\\nCapabilityBoundingSet=",
    "Slice=some-other.slice",
    "Environment=LD_PRELOAD=libBrokenLocale.so.1",
    "TemporaryFileSystem=/var\\nReadOnlyPaths=/",
};
enum { KINDS = sizeof kinds / sizeof *kinds, RESTRICTIONS = sizeof restrictions / sizeof *restrictions, SHORTLY = 4 };

/* What has a socket in the unit's group has the policy; nothing is left when it is disabled. */
static const char script[] =
    "name=%s; file=/etc/systemd/system/$(echo \"$name\" | sed s/@one/@/)\n"
    "printf \"[Service]\\n%s\\n%s\\n\" >\"$file\"; systemctl daemon-reload\n"
    "tcpalive enable --method %s --survive aws-nlb --now -- \"$name\" || exit\n"
    "seen=; i=0\n"
    "until [ -n \"$seen\" ] && ! echo \"$seen\" | grep -qv \"keepalive=1 idle=175 interval=35 probes=5\"; do\n"
    "  group=$(systemctl show --value -p ControlGroup -- \"$name\")\n"
    "  seen=$(for pid in $(cat \"/sys/fs/cgroup$group/cgroup.procs\"); do oracle $pid; done 2>/dev/null)\n"
    "  sleep 0.05; i=$((i + 1)); [ $i -lt 1200 ] || { echo \"$seen\"; journalctl -n 20 -o cat; exit 1; }\n"
    "done\n"
    "tcpalive disable -- \"$name\" && systemctl stop -- \"$name\"; rm -f \"$file\"; systemctl daemon-reload\n"
    "[ -z \"$(find /etc/systemd/system -name \"*tcpalive*\")\" ]";

static int try(const struct kind *kind, const char *restriction, const char *method)
{
    char text[4096];
    int status;
    snprintf(text, sizeof text, script, kind->name, restriction, kind->lines, method);
    const char *said = machine_run(text, &status);
    bool refused = strcmp(method, "cgroup") == 0 && strstr(restriction, "RootDirectory=");
    if (refused ? status == 125 && strstr(said, "Slice=") : status == 0)
        return 0;
    print_message("%s\n%s\n%s, %s:\n%s\n", kind->name, kind->lines, restriction, method, said);
    machine_run("for unit in /etc/systemd/system/m*.service; do systemctl stop -- ${unit##*/}; rm -f $unit; done; "
                "rm -rf /etc/systemd/system/m*.service.d; systemctl daemon-reload",
                NULL);
    return 1;
}

static void every_kind_is_reached(void **state)
{
    bool all = getenv("TCPALIVE_TEST_SOAK");
    int wrong = 0;
    (void)state;
    machine_need();
    machine_do(
        "mkdir -p /srv/root/usr /srv/root/proc /srv/root/dev /srv/root/sys /srv/root/tmp /srv/root/run /srv/root/var; "
        "for link in bin lib lib64 sbin; do ln -sfn usr/$link /srv/root/$link; done");
    for (int kind = 0; kind < KINDS; kind++)
        for (int restriction = 0; restriction < (all ? RESTRICTIONS : SHORTLY); restriction++) {
            if (!all && kind % SHORTLY != restriction)
                continue;
            if (all || kind % 2 == 0 || kinds[kind].ways == CGROUP)
                wrong += try(&kinds[kind], restrictions[restriction], "cgroup");
            if ((all || kind % 2 == 1) && kinds[kind].ways & PRELOAD)
                wrong += try(&kinds[kind], restrictions[restriction], "preload");
        }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_kind_is_reached)};
    return cmocka_run_group_tests(tests, machine_begin, machine_end);
}
