"""supervised: a tree of processes under a supervisor, one of which ends while its call is in the supervisor's hands. Used by faults.py."""
import contextlib
import os
import select
import signal
import subprocess

from judge import LIMIT, calls, has_stopped, thinned, until

# It connects when it is told to: itself, or in a child that may be killed while it waits.
PROGRAM = """
import os, socket, sys
server = socket.create_server(("127.0.0.1", 0))
def connect():
    with socket.create_connection(server.getsockname()) as one:
        server.accept()[0].close()
        return one.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
for line in sys.stdin:
    if line == "child\\n":
        child = os.fork()
        if child == 0:
            connect()
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
    print(connect(), flush=True)
"""
IDLE = 9


class Tree:
    def __init__(self, us, work):
        self.log, self.mark = os.path.join(work, "steps"), f"FAULTS_OF={os.getpid()}"
        name, value = self.mark.split("=")
        self.program = subprocess.Popen([us, "run", "--method", "supervise", "--log", "info", "--log-file", os.path.join(work, "supervised"),
                                         "--rules", f"connect 127.0.0.1 idle={IDLE}", "--", "/usr/bin/python3", "-c", PROGRAM],
                                        env=dict(os.environ, **{name: value}), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def tell(self, word):
        self.program.stdin.write(word.encode() + b"\n")

    def answer(self):
        return int(self.program.stdout.readline()) if select.select([self.program.stdout], [], [], LIMIT)[0] else None

    def server(self):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/cmdline", "rb") as words, open(f"/proc/{pid}/environ", "rb") as environment:
                    if words.read().rstrip(b"\0") == b"tcpalive: supervisor" and self.mark.encode() in environment.read().split(b"\0"):
                        return int(pid)
        return None

    def traced(self, *options):
        """Its supervisor, and strace on it."""
        server = until(self.server)
        open(self.log, "w", encoding="ascii").close()
        strace = subprocess.Popen(["strace", "-qq", "-o", self.log, *options, "-p", str(server)])

        def is_traced():
            with contextlib.suppress(OSError), open(f"/proc/{server}/status", encoding="ascii") as status:
                return "TracerPid:\t0\n" not in status.read()
            return True  # another one has taken its place
        until(is_traced)
        return server, strace

    def one_call(self, options, stops):
        """What the tree gets that goes on, while a child's call comes to the supervisor and the child is killed in the middle of it."""
        server, strace = self.traced(*options)
        self.tell("child")
        child = self.answer()
        if stops:
            until(lambda: has_stopped(self.log) or not os.path.exists(f"/proc/{child}") or strace.poll() is not None)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                os.kill(server, signal.SIGCONT)
        idle = self.answer()
        strace.terminate()
        strace.wait()
        return idle

    def dies_between_steps(self, judge):
        if not until(self.server):
            judge.wrong("supervise", "its start", "there is no supervisor")
            self.program.kill()
            return
        self.one_call([], False)
        names = calls(self.log)
        with open(self.log, encoding="utf-8", errors="replace") as lines: # the child's call alone, which the first answer ends
            names = names[:next((at for at, line in enumerate(lines) if "NOTIF_SEND" in line), len(names))]
        steps = [(name, names[:at].count(name) + 1) for at, name in enumerate(names)]
        for name, when in thinned(steps, judge.all_of_them):
            judge.runs += 1
            idle = self.one_call(["-e", "trace=" + name, "-e", f"inject={name}:signal=STOP:when={when}"], True)
            if idle != IDLE:
                judge.wrong("a program under supervise that ends", f"at {name} {when}", f"the next one's idle is {idle}")
                break
        self.program.stdin.close()
        self.program.wait(LIMIT)
        if not until(lambda: self.server() is None):
            judge.wrong("supervise", "its tree's end", "the supervisor goes on")
