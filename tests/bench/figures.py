"""The single figures: each function takes one sample of one way."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 120  # seconds, far above what anything here takes
COUNTS = {"socket": 20000, "connect": 8000, "accept": 8000, "udp": 20000, "exec": 256, "exchange": 20000}
CONNECTIONS = 10000


def run(words, env=None, **more):
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=PATIENCE, **more)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words[:8])}: exit {done.returncode}: {done.stderr[-300:]}")
    return done


class Micro:
    def __init__(self, build):
        self.program = os.path.join(build, "tests", "bench-micro")

    def words(self, way, *arguments):
        return [self.program, *(["--floor"] if way.floor else []), *arguments]

    def time(self, way, row, count=None, options=()):
        """Nanoseconds for one operation. A single thread stays on one processor, and who supervises it as well: a move to
        another one costs more than anything that is compared here."""
        words = self.words(way, *options, row, str(count or COUNTS[row]))
        one = None if "--threads" in options else lambda: os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        return float(run(way.command(words), way.env(), preexec_fn=one).stdout)

    def system_calls(self, way, row, count=192):
        """Of one operation; for exec, spawning and waiting and all that the new program does."""
        if not way.counted:
            return None
        with tempfile.NamedTemporaryFile("r") as log:
            words = ["strace", "-f", "-qqq", "-o", log.name]
            outer, env = way, way.env()
            for name in way.environment:
                words += ["-E", f"{name}={env.pop(name)}"]
            run(outer.command(words + self.words(way, "--mark", row, str(count))), env)
            return calls_between_marks(log.read()) / count

    def instructions(self, way, row, count=640):
        """User instructions of one operation. Not of an exec: valgrind's own descriptors are looked at as well."""
        if way.before or not way.counted or row == "exec":
            return None
        words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=timed_" + row,
                 *self.words(way, row, str(count))]
        return int(re.search(r"Collected : (\d+)", run(words, way.env()).stderr).group(1)) / count

    @contextlib.contextmanager
    def holding(self, way, connections):
        words = way.command(self.words(way, "hold", str(connections)))
        process = subprocess.Popen(words, env=way.env(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        try:
            if process.stdout.readline().strip() != "ready":
                raise RuntimeError(f"{way.name}: no {connections} connections")
            yield process
        finally:
            process.stdin.close()
            process.stdout.close()
            process.wait(PATIENCE)

    def memory(self, way):
        """Kilobytes that the two processes with the ends of 10,000 idle connections share with nobody."""
        with self.holding(way, CONNECTIONS) as process:
            return sum(private_memory(pid) for pid in tree_named(process.pid, "bench-micro"))


def calls_between_marks(log):
    count, inside = 0, False
    for line in log.splitlines():
        if "getpgid(0)" in line:
            inside = True
        elif "getsid(0)" in line:
            inside = False
        elif inside and "<... " not in line and "+++" not in line and "---" not in line:
            count += 1
    return count


def private_memory(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Private_"))


def tree_named(root, name):
    """Processes of that program among root and its descendants."""
    parents, named = {}, set()
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
            before, after = file.read().rsplit(")", 1)
            parents[int(entry)] = int(after.split()[1])
            if before.split("(", 1)[1] == name[:15]:
                named.add(int(entry))

    def below(pid):
        while pid and pid != root:
            pid = parents.get(pid, 0)
        return pid == root

    return [pid for pid in named if below(pid)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.01)
    raise RuntimeError(f"nothing listens on port {port}")


@contextlib.contextmanager
def server(way, words, port, name):
    process = subprocess.Popen(way.command(words), env=way.env(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield
    finally:
        for pid in tree_named(process.pid, name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


NGINX = """daemon off; worker_processes 1; pid {folder}/pid; error_log /dev/null; {user}
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder}; keepalive_timeout 0;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "alive\\n"; }} }} }}
"""


def nginx(way, seconds=1):
    """Microseconds for one request on a connection of its own, eight at a time; the way is the server's."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        config = os.path.join(folder, "nginx.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write(NGINX.format(folder=folder, port=port, user="user root;" if os.geteuid() == 0 else ""))
        with server(way, ["nginx", "-c", config, "-e", "/dev/null"], port, "nginx"):
            done = run(["wrk", "-t1", "-c8", f"-d{seconds}s", "-H", "Connection: close", f"http://127.0.0.1:{port}/"])
            return 1e6 / float(re.search(r"Requests/sec:\s*([\d.]+)", done.stdout).group(1))


def redis(way, requests=4000):
    """Microseconds for one command on a connection of its own, eight at a time; both ends go this way."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        words = ["redis-server", "--port", str(port), "--save", "", "--dir", folder, "--tcp-keepalive", "0"]
        with server(way, words, port, "redis-server"):
            words = ["redis-benchmark", "-p", str(port), "-k", "0", "-c", "8", "-n", str(requests), "-t", "ping_mbulk",
                     "--csv"]
            answer = run(way.command(words), way.env()).stdout
            return 1e6 / float(re.search(r'"PING_MBULK","([\d.]+)"', answer).group(1))


def wall(words):
    """Milliseconds of a whole command. No timeout of subprocess's: that one looks every 50 ms."""
    signal.alarm(PATIENCE)
    begin = time.monotonic()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    taken = (time.monotonic() - begin) * 1e3
    signal.alarm(0)
    return taken
