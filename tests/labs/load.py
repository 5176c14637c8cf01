"""load.py COMMAND PROBE [--connections N] [--rounds N] [--connects N] [--ways A,B]: many connections through nginx, unmodified.

Under each way the server gets so many connections at once, each with one request, and once more after they are gone. Lines:

    WAY connections N exact N rate N growth N descriptors N

how many stood, how many of them had the policy's values in the server's kernel, how many were made a second, and what grew in us
from the first round to the last: kilobytes, and descriptors. Then, under supervise, so many connects to nobody, or some more:

    supervise connects N rate N growth N descriptors N
"""
import argparse
import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

words = argparse.ArgumentParser()
words.add_argument("command")
words.add_argument("probe")
words.add_argument("--connections", type=int, default=5000)
words.add_argument("--rounds", type=int, default=2)
words.add_argument("--connects", type=int, default=20000)
words.add_argument("--ways", default="bare,preload,supervise,cgroup")
words = words.parse_args()

POLICY = ["--idle", "77s", "--interval", "7s", "--probes", "4"]
VALUES = {"keepalive": True, "idle": 77, "interval": 7, "probes": 4}
A_CLIENT = 5000  # so many connections are one client process's
WORKERS = max(2, -(-words.connections // 10000))
REQUEST = b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n"


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"load.py: {what}")
        time.sleep(0.05)


def processes():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def own(before):
    """Our processes that were not there before, by the file that they run."""
    def file_of(pid):
        try:
            return os.stat(f"/proc/{pid}/exe").st_ino
        except OSError:
            return None

    wanted = os.stat(words.command).st_ino
    return [pid for pid in processes() if pid not in before and file_of(pid) == wanted]


def held(pids, workers):
    """Kilobytes and descriptors that are ours: the supervisor's, and the library's own pages in the workers."""
    memory = sum(int(line.split()[1]) for pid in pids for line in read(f"/proc/{pid}/status").splitlines()
                 if line.startswith(("RssAnon", "RssShmem")))
    for pid in workers:
        inside = False
        for line in read(f"/proc/{pid}/smaps").splitlines():
            if "-" in line.split()[0]:
                inside = "libtcpalive.so" in line
            elif inside and line.startswith("Private_Dirty"):
                memory += int(line.split()[1])
    return memory, sum(descriptors_of(pid) for pid in pids)


def descriptors_of(pid):
    """0 where it has ended: a look comes when it likes."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


class Server:
    def __init__(self, way, directory, group):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        with open(f"{directory}/x", "w", encoding="ascii") as file:
            file.write("x")
        with open(f"{directory}/conf", "w", encoding="ascii") as file:
            file.write(f"""daemon off; error_log stderr crit; pid {directory}/pid; worker_processes {WORKERS};
{'user root;' if os.geteuid() == 0 else ''} worker_rlimit_nofile 20000;
events {{ worker_connections 20000; }}
http {{ access_log off; keepalive_timeout 3600s; client_body_temp_path {directory}; proxy_temp_path {directory};
fastcgi_temp_path {directory}; uwsgi_temp_path {directory}; scgi_temp_path {directory};
server {{ listen 127.0.0.1:{self.port} reuseport backlog=4096; root {directory}; }} }}""")
        command = ["nginx", "-c", f"{directory}/conf"]
        if way in ("preload", "supervise"):
            command = [words.command, "run", "--method", way, *POLICY, "--", *command]
        if way == "cgroup":
            subprocess.run([words.command, "cgroup", *POLICY, group], check=True)
            command = ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', group, *command]
        before = processes()
        self.process = subprocess.Popen(command)
        atexit.register(self.stop)
        wait_for("nginx does not start", lambda: len(self.workers()) == WORKERS and self.answers())
        self.own = own(before) if way == "supervise" else []

    def workers(self):
        return [int(pid) for pid in read(f"/proc/{self.process.pid}/task/{self.process.pid}/children").split()]

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 5).close()
            return True
        except OSError:
            return False

    def exact(self):
        asked = [word for pid in self.workers() for word in ("--pid", str(pid))]
        done = subprocess.run([words.command, "list", "--json", *asked], stdout=subprocess.PIPE, check=True)
        rows = [row for row in json.loads(done.stdout) if row["state"] == "ESTAB"]
        return len(rows), sum(all(row[key] == value for key, value in VALUES.items()) for row in rows)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()


def hold(port, number, count, go):
    """A client process: its connections come from an address of its own, and stay until `go` ends."""
    mine = []
    for _ in range(count):
        one = socket.socket()
        one.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
        one.bind((f"127.0.0.{number + 2}", 0))
        one.connect(("127.0.0.1", port))
        one.sendall(REQUEST)
        mine.append(one)
    for one in mine:
        if not one.recv(4096).startswith(b"HTTP/1.1 200"):
            os._exit(1)
    os.read(go, 1)
    for one in mine:
        one.close()
    os._exit(0)


class Clients:
    """All connections of a round."""

    def __init__(self, port):
        self.pids, self.ends, began = [], [], time.monotonic()
        for number in range(-(-words.connections // A_CLIENT)):
            go, end = os.pipe()
            self.ends.append(end)
            pid = os.fork()
            if pid == 0:
                for each in self.ends:
                    os.close(each)
                hold(port, number, min(A_CLIENT, words.connections - number * A_CLIENT), go)
            os.close(go)
            self.pids.append(pid)
        self.began = began

    def let_go(self):
        for end in self.ends:
            os.close(end)
        for pid in self.pids:
            os.waitpid(pid, 0)


def play(way, directory, group):
    server, seen = Server(way, directory, group), []
    for _ in range(words.rounds):
        clients = Clients(server.port)
        wait_for("not all are connected", lambda: server.exact()[0] == words.connections, 300)
        took = time.monotonic() - clients.began
        seen.append((*server.exact(), words.connections / took, *held(server.own, server.workers())))
        clients.let_go()
        wait_for("connections stay", lambda: server.exact()[0] == 0, 300)
    server.stop()
    stood, exact, rate, memory, descriptors = seen[-1]
    print(way, "connections", stood, "exact", exact, "rate", round(rate), "growth", memory - seen[0][3], "descriptors",
          descriptors - seen[0][4], flush=True)


def connects():
    """Under supervise, to a port where nobody listens, from several processes at once: each goes by way of the one supervisor."""
    before, began = processes(), time.monotonic()
    workers = os.cpu_count() + 1
    each = -(-words.connects // workers)
    command = [words.command, "run", "--method", "supervise", *POLICY, "--", "sh", "-c", 'for one in $2; do "$0" -x repeat '
               'refused "$1" & done; wait', words.probe, str(each), " ".join(["one"] * workers)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as program:
        wait_for("no supervisor", lambda: [pid for pid in own(before) if pid != program.pid])
        time.sleep(0.5)
        ours = [pid for pid in own(before) if pid != program.pid]
        first = last = held(ours, [])
        while program.poll() is None:
            now = held(ours, [])
            last = now if now[1] else last
            time.sleep(0.1)
    made = each * workers
    rate = made / (time.monotonic() - began)
    print("supervise connects", made, "rate", round(rate), "growth", last[0] - first[0], "descriptors",
          last[1] - first[1], flush=True)


def main():
    group = os.environ.get("LOAD_GROUP")
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        for way in words.ways.split(","):
            if way and (way != "cgroup" or group):
                play(way, directory, group)
    connects()


main()
