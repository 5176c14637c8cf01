"""wire.py [--limit SECONDS] [--detect SECONDS] [--ways A,B] [--families 4,6] [--cases A,B]: inside the lab of wire.sh.

Clients (nc) are started under each way of tcpalive, and all is done to all of them at once. For each a line

    CASE WAY FAMILY RESULT SECONDS [ALIVE EARLIEST LATEST]

says whether its kernel gave the connection up (`ended`, so many seconds after the last sign of life; it was seen alive last
after ALIVE, and by its packets had to end between EARLIEST and LATEST) or it stood (`lived`, for so long as it was
watched). With --limit the promise is --survive of that limit instead of --detect, one probe of each is lost, and after
more than two limits of silence the server speaks: `heard`, or `lost`.
"""
import argparse
import os
import signal
import subprocess
import sys
import time

import wire_capture

words = argparse.ArgumentParser()
words.add_argument("--limit", type=int)
words.add_argument("--detect", type=int, default=6)
words.add_argument("--ways", default="bare,preload,supervise,both,attach,attach-watch,cgroup,user-timeout")
words.add_argument("--families", default="4,6")
words.add_argument("--cases", default="idle,flight,rebooted,stopped,window,behind,outage,probe")
words = words.parse_args()

TCPALIVE = os.environ["LAB_COMMAND"]
DIRECTORY = os.environ["LAB_DIR"]
GROUP = os.environ["LAB_GROUP"]
POLICY = ["--survive", f"{words.limit}s"] if words.limit else ["--detect", f"{words.detect}s"]
FIRST_PROBE = words.limit // 2 if words.limit else words.detect - 3 * max(1, -(-words.detect // 6))
ADDRESSES = {"4": os.environ["LAB_ADDRESS"], "6": os.environ["LAB_ADDRESS6"]}
# The window must be full before it is said to be closed; more than any socket's buffers hold.
FILL = 32 * 1024 * 1024

PEER = r"""
import os, selectors, signal, socket, struct, sys
reads, ports = sys.argv[1] == "reads", [int(port) for port in sys.argv[2:]]
ready, connections = selectors.DefaultSelector(), []
def speak(*_):
    for one in connections:
        try:
            one.send(b"news\n")
        except OSError:
            pass
def crash(*_):
    for one in connections:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os._exit(0)
signal.signal(signal.SIGUSR1, crash)
signal.signal(signal.SIGUSR2, speak)
for port in ports:
    listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=20)
    ready.register(listener, selectors.EVENT_READ, True)
while True:
    for key, _ in ready.select(1):
        if key.data:
            one = key.fileobj.accept()[0]
            connections.append(one)
            if reads:
                ready.register(one, selectors.EVENT_READ, False)
            continue
        try:
            if key.fileobj.recv(65536):
                continue
        except OSError:
            pass
        ready.unregister(key.fileobj)
"""


def inside(host, command, **more):
    return subprocess.Popen(["nsenter", "--target", os.environ[host], "--net", "--"] + command, **more)


def wait_for(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"wire.py: {what}")
        time.sleep(0.05)


def established():
    """The server's ports to which the client's side has a connection."""
    command = ["nsenter", "--target", os.environ["LAB_CLIENT"], "--net", "--", "ss", "-Htn", "state", "established"]
    lines = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    return {int(line.split()[3].rsplit(":", 1)[1]) for line in lines}


def listening():
    command = ["nsenter", "--target", os.environ["LAB_SERVER"], "--net", "--", "ss", "-Htln"]
    lines = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    return {int(line.split()[3].rsplit(":", 1)[1]) for line in lines}


class Client:
    def __init__(self, case, way, family, port):
        self.case, self.way, self.family, self.port = case, way, family, port
        self.name = f"{case}.{way}.{family}"
        self.alive = self.gone = None  # by the capture's clock
        fifo = f"{DIRECTORY}/{self.name}.in"
        os.mkfifo(fifo)
        self.pipe = os.open(fifo, os.O_RDWR)
        os.set_blocking(self.pipe, False)
        command = ["nc", ADDRESSES[family], str(port)]
        methods = {"preload": [], "supervise": [], "both": [], "user-timeout": ["--user-timeout", "match"]}
        if way in methods:
            method = "preload" if way == "user-timeout" else way
            command = [TCPALIVE, "run", "--method", method, *POLICY, *methods[way], "--"] + command
        if way == "cgroup":
            command = ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', GROUP] + command
        with open(fifo, "rb", buffering=0) as stdin, open(f"{DIRECTORY}/{self.name}.out", "wb") as stdout:
            self.process = inside("LAB_CLIENT", command, stdin=stdin, stdout=stdout)

    def say(self, data=b"hello\n"):
        try:
            os.write(self.pipe, data)
        except BlockingIOError:
            pass

    def heard(self):
        with open(f"{DIRECTORY}/{self.name}.out", "rb") as file:
            return b"news" in file.read()


class Case:
    """The clients of one case and their peer, which has a port for each."""

    def __init__(self, name, first_port, ways, families):
        self.name = name
        self.ports = list(range(first_port, first_port + len(ways) * len(families)))
        reads = "stays" if name in ("window", "behind") else "reads"
        self.peer = inside("LAB_SERVER", ["python3", "-c", PEER, reads] + [str(port) for port in self.ports])
        wait_for("a peer does not listen", lambda: set(self.ports) <= listening())
        names = [(way, family) for way in ways for family in families]
        self.clients = [Client(name, way, family, port) for (way, family), port in zip(names, self.ports)]

    def say(self):
        for client in self.clients:
            client.say()

    def cut(self, verb="add"):
        ports = ", ".join(str(port) for port in self.ports)
        subprocess.run(["nft", f"{verb} element inet cut ports {{ {ports} }}"], check=True)

    def mend(self):
        self.cut("delete")


def plan_idle(case, at):
    at(0, case.say)
    at(0.4, case.cut)


def plan_flight(case, at):
    at(0, case.cut)
    at(0.05, case.say)


def plan_rebooted(case, at):
    at(0, case.say)
    at(0.4, case.cut)
    at(0.6, lambda: case.peer.send_signal(signal.SIGUSR1))
    at(1, case.mend)


def plan_stopped(case, at):
    at(0, case.say)
    at(0.2, lambda: case.peer.send_signal(signal.SIGSTOP))


def plan_window(case, at):
    chunk, rounds = bytes(65536), 3 * words.detect * 5
    for each in range(rounds):
        at(each * 0.2, lambda: [client.say(chunk) for client in case.clients for _ in range(16)])


def plan_behind(case, at):
    plan_window(case, at)
    at(2, case.cut)


def plan_outage(case, at):
    for each in range(words.detect * 3 * 4):
        at(each / 4, case.say)
    at(1, case.cut)
    at(1 + words.detect / 2, case.mend)


def plan_probe(case, at):
    at(0, case.say)
    at(FIRST_PROBE - 0.5, case.cut)
    at(FIRST_PROBE + 0.5, case.mend)


def plan_survive(case, at):
    plan_probe(case, at)
    at(2.2 * words.limit, lambda: case.peer.send_signal(signal.SIGUSR2))


def attach(cases):
    """Clients that were started without are covered now. Returns who watches."""
    def of(way):
        return [str(client.process.pid) for case in cases for client in case.clients if client.way == way]

    if of("attach"):
        subprocess.run([TCPALIVE, "attach", *POLICY, *of("attach")], check=True, stdout=subprocess.DEVNULL)
    if of("attach-watch"):
        subprocess.Popen([TCPALIVE, "attach", "--watch", *POLICY, *of("attach-watch")], stdout=subprocess.DEVNULL)
        time.sleep(0.5)


def watch(cases, jobs, seconds):
    """Does what is planned when it is due, and notes when connections end."""
    began, jobs = time.monotonic(), sorted(jobs, key=lambda job: job[0])
    clients = [client for case in cases for client in case.clients]
    while time.monotonic() - began < seconds:
        while jobs and time.monotonic() - began >= jobs[0][0]:
            jobs.pop(0)[1]()
        before, alive, after = wire_capture.now(), established(), wire_capture.now()
        for client in clients:
            if client.port in alive:
                client.alive = before
            elif client.gone is None:
                client.gone = after
        if words.limit and all(client.heard() for client in clients if client.way != "bare"):
            seconds = min(seconds, time.monotonic() - began + 0.5)
        time.sleep(min(0.1, max(0, jobs[0][0] - time.monotonic() + began)) if jobs else 0.1)
    return time.monotonic() - began


def report(client, packets, watched):
    if words.limit:
        return f"{'heard' if client.heard() else 'lost'} {words.limit:.1f}"
    if client.gone is None:
        return f"lived {watched:.1f}"
    signs = wire_capture.Signs(packets[client.port])
    case = "window" if client.way == "user-timeout" and client.case == "behind" else client.case
    begin, earliest, latest = signs.due(case, words.detect, FIRST_PROBE)
    times = (signs.reset or client.gone, signs.reset or client.alive, earliest, latest)
    return "ended " + " ".join(f"{at - begin:.2f}" for at in times)


def main():
    ways, families = words.ways.split(","), words.families.split(",")
    if GROUP and "cgroup" in ways:
        done = subprocess.run([TCPALIVE, "cgroup", *POLICY, GROUP], stdout=subprocess.DEVNULL, check=False)
        ways = ways if done.returncode == 0 else [way for way in ways if way != "cgroup"]
    elif "cgroup" in ways:
        ways.remove("cgroup")
    names = ["survive"] if words.limit else words.cases.split(",")
    capture = wire_capture.Capture(f"{DIRECTORY}/packets", lambda *a, **b: inside("LAB_CLIENT", *a, **b))
    wait_for("nobody captures", capture.ready)
    cases = [Case(name, 7000 + 100 * number, ways, families) for number, name in enumerate(names)]
    ports = {port for case in cases for port in case.ports}
    wait_for("not everybody is connected", lambda: ports <= established())
    attach(cases)
    jobs = []
    for case in cases:
        globals()[f"plan_{case.name}"](case, lambda due, job: jobs.append((due, job)))
    watched = watch(cases, jobs, 2.2 * words.limit + 8 if words.limit else 3 * words.detect + 2)
    packets = capture.end()
    for client in (client for case in cases for client in case.clients):
        print(client.case, client.way, client.family, report(client, packets, watched))


main()
