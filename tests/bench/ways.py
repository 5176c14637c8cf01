"""The ways of keeping connections alive that the bench compares: how each runs a program."""

import os
import subprocess

IDLE, INTERVAL, PROBES = "60", "10", "6"
PEERS = [
    ("libkeepalive", "libkeepalive0", "libkeepalive.so.0",
     {"KEEPIDLE": IDLE, "KEEPINTVL": INTERVAL, "KEEPCNT": PROBES}),
    ("libdontdie", "libdontdie0", "libdontdie.so.0",
     {"DD_TCP_KEEPALIVE_TIME": IDLE, "DD_TCP_KEEPALIVE_INTVL": INTERVAL, "DD_TCP_KEEPALIVE_PROBES": PROBES}),
]


def rules(count):
    """Rules that no connection of the bench matches: every one is looked at."""
    return "; ".join(f"any 10.{i // 256}.{i % 256}.0/24 idle=30s" for i in range(count))


class Way:
    """environment: set for the program alone; before: words in front of it; floor: the program makes the calls."""

    def __init__(self, name, environment=None, before=(), floor=False, counted=True, typed=None):
        self.typed = typed
        self.name, self.environment, self.before = name, environment or {}, list(before)
        self.floor, self.counted = floor, counted

    def command(self, words):
        return self.before + list(words)

    def env(self):
        return {"PATH": os.environ["PATH"], "HOME": "/", "LC_ALL": "C", **self.environment}

    def words(self, build):
        """As one would type it: what stands before the program."""
        if self.floor or self.typed:
            return self.typed or "a program that makes the calls itself"
        said = [f"{name}={value if len(value) < 60 else '...'}" for name, value in self.environment.items()]
        return " ".join(said + [word if " " not in word else "'...'" for word in self.before]).replace(build + "/", "")


class ControlGroup:
    """A control group of its own under the policy, where the kernel and the command can do that."""

    def __init__(self, tcpalive, mount, *settings):
        self.mount, self.tcpalive, self.settings = mount, tcpalive, settings
        self.name = " ".join(["cgroup", *settings])
        self.path = os.path.join(mount, f"tcpalive-bench-{os.getpid()}" + "-detect" * bool(settings))
        self.ready = False

    def open(self):
        if not os.path.ismount(self.mount):
            subprocess.run(["mount", "-t", "cgroup2", "none", self.mount], check=True)
        os.mkdir(self.path)
        done = subprocess.run([self.tcpalive, "cgroup", *self.settings, self.path], capture_output=True, text=True)
        self.ready = done.returncode == 0
        return done.stderr.strip()

    def close(self):
        if self.ready:
            subprocess.run([self.tcpalive, "cgroup", "--detach", self.path], capture_output=True)
        if os.path.isdir(self.path):
            os.rmdir(self.path)

    def before(self):
        return ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', self.path]


def find_library(name):
    for folder in ("/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"):
        if os.path.exists(os.path.join(folder, name)):
            return os.path.join(folder, name)
    return None


def all_ways(build, groups):
    library, tcpalive = os.path.join(build, "libtcpalive.so"), os.path.join(build, "tcpalive")

    def ours(name, **settings):
        return Way(name, {"LD_PRELOAD": library, **settings})

    ways = [
        Way("bare"),
        Way("floor", floor=True),
        ours("preload"),
        ours("preload, tighten", TCPALIVE_MODE="tighten"),
        ours("preload, respect", TCPALIVE_MODE="respect"),
        ours("preload, 1,000 rules", TCPALIVE_RULES=rules(1000)),
        ours("preload, off", TCPALIVE="off"),
        Way("supervise", before=[tcpalive, "run", "--method", "supervise", "--"]),
        Way("both", before=[tcpalive, "run", "--method", "both", "--"]),
    ]
    ways += [Way(group.name, before=group.before(), typed=f"in a group after tcpalive {group.name} GROUP")
             for group in groups if group.ready]
    for name, _, file, environment in PEERS:
        if find_library(file):
            ways.append(Way(name, {"LD_PRELOAD": find_library(file), **environment}))
    ways.append(Way("strace", before=["strace", "-f", "-qqq", "--seccomp-bpf", "-o", "/dev/null",
                                      "-e", "trace=socket,connect,accept,accept4"], counted=False))
    return ways
