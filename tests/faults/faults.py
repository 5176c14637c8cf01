"""faults.py BUILD [--all]: each system call that the library and the commands make is made to fail, in turn, by strace.

A command must end by itself, with an exit status of its own and, where it failed, a line that says so; the program it looked at
goes on. A program under the library must print, return and write what it does bare. Short: one error for each call, and each name
at most thrice in a command; --all: every occurrence, with every error below. Exit 0 when all held, 1 with what did not; 77: no strace.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from judge import Judge
from supervised import Tree

def listener(build):
    program = subprocess.Popen([os.path.join(build, "tests", "probe"), "serve", "inet", "accept", "1"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    while program.stdout.readline() not in ("ready\n", ""):
        pass
    return program


def commands(build, pid):
    us = os.path.join(build, "static", "tcpalive")
    probe = os.path.join(build, "tests", "probe")
    yield "list", [us, "list", "--pid", pid]
    yield "list --json", [us, "list", "--json", "--pid", pid]
    yield "attach", [us, "attach", "--idle", "61s", "--verbose", pid]
    yield "attach --undo", [us, "attach", "--idle", "61s", "--undo", pid]
    yield "check", [us, "check", probe]
    yield "explain", [us, "explain", "--survive", "aws-nlb"]
    yield "run", [us, "run", "--", "true"]
    yield "run --method supervise", [us, "run", "--method", "supervise", "--", "true"]
    yield "run --method both", [us, "run", "--method", "both", "--", "true"]
    yield "enable", [us, "enable", "--idle", "61s", "tcpalive-is-not-there.service"]
    yield "disable", [us, "disable", "tcpalive-is-not-there.service"]
    yield "cgroup --status", [us, "cgroup", "--status"]
    yield "measure", [us, "measure", "--up-to", "5s", "127.0.0.1:1"]


def group_commands(us, judge, target):
    """Those of control groups, on one of their own; none where none can be made."""
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        tops = [line.split()[1] for line in mounts if line.split()[2] == "cgroup2"]
    group = f"{tops[0] if tops else '/proc'}/tcpalive-faults-{os.getpid()}"
    try:
        os.mkdir(group)
    except OSError as why:
        print(f"no control group can be made here: {why}")
        return
    try:
        put = [us, "cgroup", "--replace", "--idle", "61s", "--rules", "any *:5 off", group]
        judge.command("cgroup", put, target)
        judge.limited("cgroup", put)
        judge.command("cgroup --status", [us, "cgroup", "--status", group], target)
        judge.command("cgroup --detach", [us, "cgroup", "--detach", group], target, lambda: subprocess.run(put, capture_output=True, check=False))
        entering = [us, "run", "--method", "cgroup", "--detect", "60s", "--rules", "any *:5 off", "--", "true"]
        judge.command("run --method cgroup", entering, target)
        judge.limited("run --method cgroup", entering)
    finally:
        os.rmdir(group)


PYTHON_CLIENT = """
import os, socket
with socket.create_server(("127.0.0.1", 0)) as server:
    for _ in range(2):
        with socket.create_connection(server.getsockname()) as one:
            other = server.accept()[0]
            one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            one.sendall(b"x")
            print(other.recv(1), flush=True)
            other.close()
print(os.system("exit 3"))
"""


def main():
    build = os.path.abspath(sys.argv[1])
    all_of_them = "--all" in sys.argv
    if not shutil.which("strace"):
        print("strace is not installed")
        return 77
    with tempfile.TemporaryDirectory() as work:
        judge = Judge(build, all_of_them, work)
        target = listener(build)
        try:
            for what, words in commands(build, str(target.pid)):
                judge.command(what, words, target)
                judge.limited(what, words)
            us = os.path.join(build, "static", "tcpalive")
            group_commands(us, judge, target)
            if all_of_them:
                judge.command("measure -- PROGRAM", [us, "measure", "--up-to", "5s", "--", "true"], target)
        finally:
            target.send_signal(signal.SIGKILL)
            target.wait()
        for settings in ({"TCPALIVE_IDLE": "61s"}, {"TCPALIVE_RULES": "connect *:* idle=61s; accept *:* idle=62s", "TCPALIVE_LOG": "info",
                                                     "TCPALIVE_LOG_FILE": os.path.join(work, "lines")}):
            judge.program("python3 under the library, " + " ".join(settings), ["/usr/bin/python3", "-c", PYTHON_CLIENT], settings)
        for what, words in (("list", ["list", "--pid"]), ("attach", ["attach", "--verbose"])):
            judge.without_target(what, lambda pid, words=words: [us, *words, pid], lambda: listener(build))
        judge.watching("attach --watch", lambda pid: [us, "attach", "--watch", "--detect", "60s", "--rules", "any *:* idle=3", pid],
                       lambda: listener(build))
        Tree(us, work).dies_between_steps(judge)
        if os.geteuid() == 0:
            judge.full_disk("python3 under the library", ["/usr/bin/python3", "-c", PYTHON_CLIENT])
        print(f"soak: {judge.runs} calls were made to fail, {judge.bad} times not well")
    return 1 if judge.bad else 0


sys.exit(main())
