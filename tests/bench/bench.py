#!/usr/bin/env python3
"""What tcpalive costs, beside bare programs, programs that make the calls themselves, and other libraries.

  bench.py BUILD [--rounds N]    writes BUILD/bench.json; table.py and growth.gp make of it what people look at

Rounds go through all ways, each in another order, so that what the machine does meanwhile meets all alike. A ratio is
that of two samples of one round; shown are medians, and how far the quartiles are apart.
"""

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import figures
import running as running_module
import ways as ways_module
import wine

ROWS = ["socket", "connect", "accept", "udp", "exec", "exchange"]
GROWTH = {"sockets": [1, 100, 10000, 50000], "threads": [1, 2, 4, 8, 16, 32, 64], "rules": [1, 10, 100, 1000]}
CROWD, CROWD_WAYS = 16, ("bare", "floor", "preload", "supervise", "both", "cgroup")
GROWTH_WAYS = ("bare", "floor", "tcpalive")


def say(text):
    print(text, file=sys.stderr, flush=True)


def rotated(things, number):
    turned = things[number % len(things):] + things[:number % len(things)]
    return turned if number % 2 == 0 else turned[::-1]


def quartiles(samples):
    if len(samples) < 2:
        return samples[0], samples[0]
    first, _, third = statistics.quantiles(samples, n=4, method="inclusive")
    return first, third


def summary(samples, beside):
    low, high = quartiles(samples)
    return {"median": statistics.median(samples), "low": low, "high": high, "samples": samples,
            "ratio": statistics.median(a / b for a, b in zip(samples, beside))}


def alternate(names, rounds, sample, beside=None):
    """Samples of every name, round by round; each summarised beside the first of them, or beside[name]."""
    samples = {name: [] for name in names}
    for number in range(rounds):
        for name in rotated(names, number):
            samples[name].append(sample(name))
    return {name: summary(samples[name], samples[beside[name] if beside else names[0]]) for name in names}


def measure_ways(ways, micro, rounds):
    by_name, names = {way.name: way for way in ways}, [way.name for way in ways]
    kinds = {row: (lambda name, row=row: micro.time(by_name[name], row) / 1e3) for row in ROWS}
    kinds["nginx"] = lambda name: figures.nginx(by_name[name])
    kinds["redis"] = lambda name: figures.redis(by_name[name])
    kinds["memory"] = lambda name: micro.memory(by_name[name])
    results = {}
    for kind, sample in kinds.items():
        say(f"bench: {kind}")
        # A program makes no other calls for the servers; nobody rewrote those. Modes and rules show in single calls.
        some = [name for name in names if not (by_name[name].floor and kind == "exec")]
        if kind in ("nginx", "redis"):
            some = [name for name in names if not by_name[name].floor and "," not in name]
        results[kind] = alternate(some, 3 if kind == "memory" else rounds, sample)
    return results


def count_ways(ways, micro):
    say("bench: system calls and instructions")
    return {row: {way.name: {"system_calls": micro.system_calls(way, row), "instructions": micro.instructions(way, row)}
                  for way in ways if not (way.floor and row == "exec")} for row in ROWS if row != "exchange"}


def measure_running(build, micro, rounds):
    say("bench: attach, list, watching, measure")
    running = running_module.Running(build, micro)
    return {"looks": running.looks(alternate, rounds), "shares": running.shares(), "measure": running.measure()}


def measure_crowd(ways, micro, rounds):
    """Sixteen threads that connect at once: who holds up whom?"""
    say("bench: threads that connect at once")
    by_name = {way.name: way for way in ways if way.name in CROWD_WAYS}
    return alternate(list(by_name), rounds,
                     lambda name: micro.time(by_name[name], "connect", options=["--threads", str(CROWD)]) / 1e3)


def measure_growth(build, micro, rounds):
    library = os.path.join(build, "libtcpalive.so")

    def sample(kind, size, name):
        row, option = {"sockets": ("connect", ["--open", str(size)]), "threads": ("socket", ["--threads", str(size)]),
                       "rules": ("connect", [])}[kind]
        environment = {"LD_PRELOAD": library} if name == "tcpalive" else {}
        if environment and kind == "rules":
            environment["TCPALIVE_RULES"] = ways_module.rules(size)
        way = ways_module.Way(name, environment, floor=name == "floor")
        return micro.time(way, row, 8000, option) / 1e3

    results = {}
    for kind, sizes in GROWTH.items():
        say(f"bench: growth with {kind}")
        points = [(size, name) for size in sizes for name in GROWTH_WAYS]
        cells = alternate(points, rounds, lambda point, kind=kind: sample(kind, *point),
                          {point: (point[0], "bare") for point in points})
        results[kind] = [{"size": size, **{name: cells[size, name] for name in GROWTH_WAYS}} for size in sizes]
    return results


def measure_windows(build, rounds):
    if wine.missing(build):
        say(f"bench: without Windows: no {wine.missing(build)}")
        return None
    say("bench: Windows programs")
    return wine.measure(build, rounds, alternate)


def machine():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        model = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return {"kernel": platform.release(), "processor": model[0] if model else platform.machine(),
            "cores": os.cpu_count(), "libc": " ".join(platform.libc_ver()),
            "date": datetime.date.today().isoformat()}


def library_size(build):
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(["strip", "-o", file.name, os.path.join(build, "libtcpalive.so")], check=True)
        return os.path.getsize(file.name)


def in_own_network():
    """As root, in a network and mounts of its own: nobody else's connections, nothing left behind."""
    if os.geteuid() != 0 or os.environ.get("BENCH_ALONE"):
        return
    os.environ["BENCH_ALONE"] = "1"
    os.execvp("unshare", ["unshare", "-m", "-n", sys.executable, *sys.argv])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    in_own_network()
    build = os.path.abspath(options.build)
    micro, groups, begin = figures.Micro(build), [], time.monotonic()
    mount = tempfile.mkdtemp(prefix="tcpalive-bench-")
    try:
        if os.environ.get("BENCH_ALONE"):
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            groups = [ways_module.ControlGroup(os.path.join(build, "tcpalive"), mount, *words)
                      for words in ((), ("--detect", "60s"))]
            for group in groups:
                trouble = group.open()
                if not group.ready:
                    say(f"bench: without the column {group.name}: {trouble}")
        ways = ways_module.all_ways(build, groups)
        result = {"machine": machine(), "rounds": options.rounds, "library_bytes": library_size(build),
                  "ways": {way.name: way.words(build) for way in ways}, "times": measure_ways(ways, micro, options.rounds),
                  "counts": count_ways(ways, micro), "running": measure_running(build, micro, options.rounds),
                  "growth": measure_growth(build, micro, max(3, options.rounds // 2)),
                  "crowd": measure_crowd(ways, micro, options.rounds),
                  "windows": measure_windows(build, options.rounds)}
    finally:
        for group in groups:
            group.close()
        if groups:
            subprocess.run(["umount", mount], check=False)
        shutil.rmtree(mount, ignore_errors=True)
    result["minutes"] = (time.monotonic() - begin) / 60
    with open(os.path.join(build, "bench.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)


main()
