"""judge: makes one system call after the other fail, by strace, and judges how what was run took it. Used by faults.py."""
import concurrent.futures
import contextlib
import difflib
import os
import re
import resource
import signal
import subprocess
import threading
import time

LIMIT = 30  # seconds, far above what any run needs
OURS = {0, 1, 125, 126, 127}
# What a call may fail with, as its manual page lists it; the first is what is tried shortly.
ERRORS = {
    "openat": ["EMFILE", "EACCES", "ENOENT", "ENOMEM", "EINTR"], "open": ["EMFILE", "EACCES", "ENOENT"],
    "read": ["EIO", "EINTR"], "pread64": ["EIO", "EINTR"], "write": ["ENOSPC", "EINTR", "EPIPE", "EIO"], "writev": ["ENOSPC", "EINTR"],
    "readlink": ["EACCES", "ENOENT", "ENOMEM"], "readlinkat": ["EACCES", "ENOENT", "ENOMEM"], "statx": ["ENOSYS", "EPERM", "ENOENT"],
    "stat": ["EACCES", "ENOENT"], "fstat": ["EIO"], "newfstatat": ["EACCES", "ENOENT"], "access": ["EACCES"], "getdents64": ["EIO", "ENOENT"],
    "socket": ["EMFILE", "EAFNOSUPPORT", "ENOBUFS", "EPERM"], "getsockopt": ["ENOPROTOOPT", "EPERM", "ENOBUFS"],
    "setsockopt": ["EPERM", "ENOPROTOOPT", "EINVAL", "ENOMEM"], "getsockname": ["ENOBUFS"], "getpeername": ["ENOTCONN", "ENOBUFS"],
    "sendto": ["ENOBUFS", "EINTR", "EPERM"], "sendmsg": ["ENOBUFS", "EINTR"], "recvfrom": ["ENOMEM", "EINTR"], "recvmsg": ["ENOMEM", "EINTR"],
    "bind": ["EACCES"], "pidfd_open": ["EMFILE", "ESRCH", "ENOSYS", "EPERM"], "pidfd_getfd": ["EMFILE", "EPERM", "ESRCH", "ENOSYS"],
    "poll": ["ENOMEM", "EINTR"], "ppoll": ["ENOMEM", "EINTR"], "process_vm_readv": ["EPERM", "EFAULT", "ESRCH"], "kcmp": ["EPERM", "ENOSYS"],
    "bpf": ["EPERM", "ENOMEM", "EINVAL"], "seccomp": ["EPERM", "EINVAL", "EBUSY"], "prctl": ["EINVAL"], "ioctl": ["EINTR", "ENOENT"],
    "clone": ["EAGAIN", "ENOMEM"], "clone3": ["EAGAIN", "ENOSYS"], "fork": ["EAGAIN"], "vfork": ["EAGAIN"], "mmap": ["ENOMEM"],
    "socketpair": ["EMFILE"], "pipe2": ["EMFILE"], "dup": ["EMFILE"], "dup2": ["EMFILE"], "fcntl": ["EMFILE"], "close_range": ["ENOSYS"],
    "setns": ["EPERM"], "unshare": ["EPERM"], "capget": ["EPERM"], "sysinfo": ["EPERM"], "uname": ["EPERM"], "execve": ["EACCES", "ENOMEM"],
    "mkdir": ["EACCES", "ENOSPC"], "rmdir": ["EBUSY"], "lseek": ["ESPIPE"], "wait4": ["EINTR"], "waitid": ["EINTR"],
}
# A program's own beginning, before any line of ours; and what cannot be told to fail.
BEGINNING = {"execve", "brk", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64", "mprotect", "getrandom", "exit_group", "munmap",
             "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "close", "exit", "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "futex"}
CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\(")


def thinned(steps, all_of_them):
    """About eight of them, or all."""
    return steps if all_of_them else steps[::max(1, len(steps) // 8)]


def until(holds, limit=LIMIT):
    deadline = time.monotonic() + limit
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.005)
    return held


def has_stopped(log):
    with open(log, encoding="utf-8", errors="replace") as said:
        return "stopped by SIGSTOP" in said.read()


def traced(words, environment, inject, log):
    options = ["strace", "-qq", "-o", log, "-e", "signal=none"]
    if inject:
        options += ["-e", "trace=" + inject.split(":")[0], "-e", "inject=" + inject]
    return subprocess.run([*options, *words], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                          timeout=LIMIT, check=False)


def calls(log):
    with open(log, encoding="utf-8", errors="replace") as lines:
        return [match[1] for match in map(CALL.match, lines) if match]


def places(names, wanted, all_of_them):
    """NAME:error=...:when=... for each of the `wanted` positions in `names`."""
    count = {}
    for position, name in enumerate(names):
        count[name] = count.get(name, 0) + 1
        if position in wanted and name not in BEGINNING and name in ERRORS and (all_of_them or count[name] <= 3):
            for error in ERRORS[name] if all_of_them else ERRORS[name][:1]:
                yield f"{name}:error={error}:when={count[name]}"


class Judge:
    def __init__(self, build, all_of_them, work):
        self.build, self.all_of_them, self.log = build, all_of_them, os.path.join(work, "log")
        self.runs = self.bad = 0

    def wrong(self, what, inject, why):
        self.bad += 1
        print(f"{what}, {inject}: {why}", flush=True)

    def command(self, what, words, target, before=lambda: None):
        """A command of ours: all its calls after its beginning."""
        before()
        traced(words, os.environ, None, self.log)
        names = calls(self.log)
        end = len(names) - 1 - names[::-1].index("execve") or len(names)  # what follows is another program's
        for inject in places(names, range(end), self.all_of_them):
            self.runs += 1
            before()
            try:
                ended = traced(words, os.environ, inject, self.log)
            except subprocess.TimeoutExpired:
                self.wrong(what, inject, "does not end")
                continue
            self.ends_well(what, inject, ended)
            if target.poll() is not None:
                self.wrong(what, inject, "the program that it looked at has ended")
                return

    def ends_well(self, what, where, ended):
        if ended.returncode not in OURS:
            self.wrong(what, where, f"ended with {ended.returncode}")
        elif ended.returncode in (125, 126, 127) and "tcpalive: " not in ended.stderr and "write" not in where:
            self.wrong(what, where, f"ended with {ended.returncode} and no line")

    def limited(self, what, words):
        """The command with fewer descriptors and less memory than it wants."""
        descriptors = range(3, 12) if self.all_of_them else (3, 4, 6)
        megabytes = range(8, 40, 4) if self.all_of_them else (12,)
        for limit, values in ((resource.RLIMIT_NOFILE, descriptors), (resource.RLIMIT_AS, [size << 20 for size in megabytes])):
            for value in values:
                self.runs += 1
                ended = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=LIMIT, check=False,
                                       preexec_fn=lambda limit=limit, value=value: resource.setrlimit(limit, (value, value)))
                self.ends_well(what, f"limit {limit} of {value}", ended)

    def without_target(self, what, words_for, make_target):
        """The program that the command looks at ends between two of its steps: each stops the command, and the program is killed."""
        target = make_target()
        traced(words_for(str(target.pid)), os.environ, None, self.log)
        names = calls(self.log)
        target.kill()
        target.wait()
        steps = [place.split(":")[0] + ":" + place.split(":")[-1] for place in places(names, range(len(names)), self.all_of_them)]
        for step in thinned(steps, self.all_of_them):
            self.runs += 1
            self.killed_at(what, words_for, make_target(), step)

    def killed_at(self, what, words_for, target, step):
        open(self.log, "w", encoding="utf-8").close()
        name, when = step.split(":")
        command = subprocess.Popen(["strace", "-qq", "-o", self.log, "-e", "trace=" + name, "-e", f"inject={name}:signal=STOP:{when}",
                                    *words_for(str(target.pid))], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   errors="replace")
        until(lambda: command.poll() is not None or has_stopped(self.log))
        with open(f"/proc/{command.pid}/task/{command.pid}/children", encoding="ascii") if command.poll() is None else open(os.devnull) as children:
            tracees = [int(pid) for pid in children.read().split()]
        target.kill()
        target.wait()
        for pid in tracees:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        try:
            said, errors = command.communicate(timeout=LIMIT)
            self.ends_well(what, f"its target dead at {step}", subprocess.CompletedProcess(words_for("PID"), command.returncode, said, errors))
        except subprocess.TimeoutExpired:
            for pid in tracees:
                os.kill(pid, signal.SIGKILL)
            command.communicate()
            self.wrong(what, f"its target dead at {step}", "does not end")

    def watching(self, what, words_for, make_target):
        """A command that goes on until its target ends, which is soon; several at once, since mostly they wait."""
        def run(number, inject):
            target = make_target()
            ends = threading.Timer(0.7, target.kill) # after its first looks
            ends.start()
            try:
                return traced(words_for(str(target.pid)), os.environ, inject, f"{self.log}{number}")
            except subprocess.TimeoutExpired:
                return None
            finally:
                ends.join()
                target.wait()
        run("", None)
        names = calls(self.log)
        injects = thinned(list(places(names, range(len(names)), self.all_of_them)), self.all_of_them)
        with concurrent.futures.ThreadPoolExecutor(4) as several:
            for inject, ended in zip(injects, several.map(run, range(len(injects)), injects)):
                self.runs += 1
                if ended:
                    self.ends_well(what, inject, ended)
                else:
                    self.wrong(what, inject, "does not end")

    def full_disk(self, what, words):
        """A program under the library whose log's disk is full."""
        bare = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, check=False)
        script = 'mount -t tmpfs -o size=4k none "$0" && head -c 8192 /dev/zero >"$0/full" 2>/dev/null; shift 0; exec "$@"'
        folder = os.path.join(os.path.dirname(self.log), "small")
        os.makedirs(folder, exist_ok=True)
        for room in ("", "rm -f \"$0/full\"; head -c 4000 /dev/zero >\"$0/lines\"; "):
            self.runs += 1
            ended = subprocess.run(["unshare", "--mount", "sh", "-c", script.replace("shift 0; ", room), folder, "env", "TCPALIVE_LOG=debug",
                                    f"TCPALIVE_LOG_FILE={folder}/lines", "LD_PRELOAD=" + os.path.join(self.build, "libtcpalive.so"), *words],
                                   stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, check=False)
            if (ended.returncode, ended.stdout) != (bare.returncode, bare.stdout):
                self.wrong(what, "a full disk", f"ends with {ended.returncode} {ended.stdout[-200:]!r} {ended.stderr[-200:]!r}")

    def program(self, what, words, settings):
        """A program under the library: the calls that it does not make bare."""
        bare = traced(words, os.environ, None, self.log)
        without = calls(self.log)
        environment = dict(os.environ, LD_PRELOAD=os.path.join(self.build, "libtcpalive.so"), **settings)
        words = ["env", *[f"{name}={environment[name]}" for name in ("LD_PRELOAD", *settings)], *words]
        traced(words, os.environ, None, self.log)
        names = calls(self.log)
        names = names[len(names) - 1 - names[::-1].index("execve"):]  # after env
        ours = set()
        for tag, _, _, low, high in difflib.SequenceMatcher(None, without, names, autojunk=False).get_opcodes():
            if tag in ("insert", "replace"):
                ours.update(range(low, high))
        loader = max((i for i, name in enumerate(names) if name in ("mprotect", "munmap", "rseq")), default=0)
        # strace counts from env's own calls on: as many as env made before.
        traced(words, os.environ, None, self.log)
        before = calls(self.log)[:-len(names)]
        for inject in places(before + names, {len(before) + i for i in ours if i > loader}, self.all_of_them):
            self.runs += 1
            try:
                ended = traced(words, os.environ, inject, self.log)
            except subprocess.TimeoutExpired:
                self.wrong(what, inject, "does not end")
                continue
            if (ended.returncode, ended.stdout) != (bare.returncode, bare.stdout):
                self.wrong(what, inject, f"ends with {ended.returncode} {ended.stdout[-200:]!r}, bare {bare.returncode} {bare.stdout[-200:]!r}")


