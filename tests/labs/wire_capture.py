"""What was seen on the client's wire, and when the kernel had to give a connection up by it.

A death is due when the promise says, and the kernel ends a connection at a time at which it would have sent again: those
times are read off the packets, and doubled on (RFC 6298 5.5) where the connection ended before. So a machine that is busy moves
what is expected with what is seen.
"""
import re
import signal
import time

LATE = 1  # second
EARLY = 0.1  # the kernel counts in ticks
LINE = re.compile(r"([\d.]+) IP6? \S+\.(\d+) > \S+\.(\d+): Flags \[(\S+)\],.* length (\d+)$")


class Capture:
    """tcpdump on the client's cable, started by `start` with its words and output."""

    def __init__(self, path, start):
        self.path = path
        with open(path, "wb") as out, open(path + ".errors", "wb") as errors:
            words = ["tcpdump", "-Z", "root", "-l", "-n", "-tt", "-s", "128", "-B", "16384", "-i", "uplink", "tcp"]
            self.process = start(words, stdout=out, stderr=errors)

    def ready(self):
        with open(self.path + ".errors", "rb") as file:
            return b"listening on" in file.read()

    def end(self):
        """Packets by the server's port, each (time, sent, flags, length)."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        packets = {}
        with open(self.path, encoding="ascii") as lines:
            for line in lines:
                found = LINE.match(line)
                if found:
                    near, far = int(found[2]), int(found[3])
                    one = (float(found[1]), far < near, found[4], int(found[5]))
                    packets.setdefault(min(near, far), []).append(one)
        return packets


def with_next(times):
    """The times at which something was sent again, and those that would have followed."""
    yield from times
    gap = times[-1] - times[-2]
    while True:
        gap = min(2 * gap, 120)
        times = times[-1:] + [times[-1] + gap]
        yield times[-1]


def turn(times, due, least=0):
    """The first time from `due` on at which the kernel looks at the connection again, having sent so often before."""
    return next(at for number, at in enumerate(with_next(times)) if at >= due and number >= least)


class Signs:
    """The signs of life of one connection, as far as it was watched."""

    def __init__(self, packets):
        data = [at for at, sent, _, length in packets if sent and length]
        self.spoken = data[-1]
        self.answer = max(at for at, sent, _, _ in packets if not sent)
        self.data = [at for at in data if at > self.answer]
        self.probes = [at for at, sent, flags, length in packets
                       if sent and not length and at > max(self.answer, self.spoken) and "R" not in flags]
        self.window_probes = [at for at, sent, _, length in packets if sent and not length and at > self.spoken]
        self.reset = next((at for at, sent, flags, _ in packets if sent and "R" in flags), None)

    def timed(self):
        """When the retransmission timer sent first, from which a user timeout counts: a tail loss probe comes before (RFC 8985 7.2)."""
        return self.data[2] if len(self.data) > 2 else self.data[-1]

    def due(self, case, detect, first_probe):
        """From when times count, the earliest and the latest time of a death."""
        if case == "rebooted":  # its answer to the first probe ends it
            begin, due, last = self.spoken, self.spoken + first_probe, self.spoken + first_probe
        elif case == "flight":
            begin, due = self.data[0], self.data[0] + detect
            last = max(turn(self.data, due), self.timed() + detect)
        elif case == "window":  # a user timeout, which counts from the first probe
            begin, due = self.window_probes[0], self.window_probes[0] + detect
            last = turn(self.window_probes, due)
        elif case == "behind":  # two probes without an answer are the least to tell it by
            begin, due = self.answer, self.answer + detect
            last = turn(self.probes, due, 2)
        else:
            begin, due, last = self.answer, self.answer + detect, self.answer + detect
        return begin, due - EARLY, last + LATE


def now():
    """The capture's clock."""
    return time.time()
