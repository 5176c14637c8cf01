"""What is looked at from outside: 10,000 connections of a program that runs, and measure's own memory."""

import contextlib
import os
import re
import signal
import subprocess
import time

import figures
import ways as ways_module

TICK = os.sysconf("SC_CLK_TCK")


class Running:
    def __init__(self, build, micro):
        self.micro = micro
        self.plain = os.path.join(build, "tests", "bench-plain")
        self.tcpalive = os.path.join(build, "tcpalive")

    def looks(self, alternate, rounds):
        """attach and list, in milliseconds, beside the loops that they cannot go below."""
        with self.micro.holding(ways_module.Way("bare"), figures.CONNECTIONS) as process:
            pid = str(process.pid)
            words = {"attach": [self.tcpalive, "attach", pid], "attach's floor": [self.plain, "attach", pid],
                     "list": [self.tcpalive, "list", "--pid", pid], "list's floor": [self.plain, "list", pid]}
            beside = {name: name.split("'")[0] + "'s floor" for name in words}
            return alternate(list(words), rounds, lambda name: figures.wall(words[name]), beside)

    def shares(self, seconds=10):
        """Percent of one processor for whoever goes on looking at 10,000 idle connections: {words: percent}."""
        results = {}
        for words in (["attach", "--watch"], ["attach", "--watch", "--detect", "60s"]):
            with self.micro.holding(ways_module.Way("bare"), figures.CONNECTIONS) as process:
                results[" ".join(words)] = self.share([self.tcpalive, *words, str(process.pid)], seconds)
        for words in (["run", "--method", "supervise"], ["run", "--method", "supervise", "--detect", "60s"]):
            way = ways_module.Way("", before=[self.tcpalive, *words, "--"])
            with self.micro.holding(way, figures.CONNECTIONS):
                results[" ".join(words)] = self.share_of(self.ours(), seconds)
        return results

    def share(self, command, seconds):
        with contextlib.ExitStack() as stack:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.send_signal, signal.SIGTERM)
            return self.share_of([process.pid], seconds)

    def ours(self):
        """The processes that run the command's file: what was started is the program itself by now."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                if os.path.samefile(f"/proc/{pid}/exe", self.tcpalive):
                    found.append(int(pid))
        return found

    @staticmethod
    def share_of(pids, seconds):
        time.sleep(3)  # what is done once is no share
        before, begin = sum(map(ticks, pids)), time.monotonic()
        time.sleep(seconds)
        return 100 * (sum(map(ticks, pids)) - before) / TICK / (time.monotonic() - begin)

    def measure(self, up_to=20):
        """Kilobytes that measure needs at most, on a path without a limit, and how many connections it has there."""
        port = figures.free_port()
        server = subprocess.Popen([self.tcpalive, "measure", "--serve", f"127.0.0.1:{port}"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            figures.wait_for_port(port)
            words = [self.tcpalive, "measure", "--json", "--up-to", f"{up_to}s", f"127.0.0.1:{port}"]
            process, most = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True), 0
            while process.poll() is None:
                most = max(most, most_memory(process.pid))
                time.sleep(0.1)
            return {"kilobytes": most, "connections": len(re.findall(r'"silence_s"', process.stdout.read())),
                    "command": f"measure --up-to {up_to}s"}
        finally:
            server.terminate()
            server.wait()


def most_memory(pid):
    """Kilobytes that it has had at once so far; what wait4() tells counts what its parent had as well."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return next((int(line.split()[1]) for line in file if line.startswith("VmHWM:")), 0)
    return 0


def ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        words = file.read().rsplit(")", 1)[1].split()
    return int(words[11]) + int(words[12])
