#!/usr/bin/env python3
"""Tables of BUILD/bench.json: `table.py BUILD` for a terminal, `table.py BUILD --markdown` for a document, and
`table.py BUILD --into FILE` between the marks of one.
"""

import argparse
import contextlib
import io
import json
import os
import statistics

BEGIN, END = "<!-- cost, by make bench-table -->", "<!-- end of cost -->"

FIGURES = [("socket", "socket + close"), ("connect", "socket + connect"), ("accept", "accept"), ("udp", "UDP socket"),
           ("exec", "exec"), ("exchange", "200 bytes and back"), ("nginx", "nginx, request"), ("redis", "redis, command")]
COUNTED = [("socket", "socket + close"), ("connect", "socket + connect"), ("accept", "accept"), ("udp", "UDP socket")]


def microseconds(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def timed(cell):
    if not cell:
        return "–"
    spread = (cell["high"] - cell["low"]) / 2
    return f"{microseconds(cell['median'])} ±{microseconds(spread)} ({cell['ratio']:.2f})"


def times(result):
    yield ["µs, (ratio to bare)", *(title for _, title in FIGURES), "kB, 10,000 idle"]
    for way in result["ways"]:
        memory = result["times"]["memory"].get(way)
        yield [way, *(timed(result["times"][figure].get(way)) for figure, _ in FIGURES),
               f"{memory['median']:.0f}" if memory else "–"]


def more(cell, bare, key):
    if not cell or cell[key] is None:
        return "–"
    difference = cell[key] - bare[key]
    return f"{difference:+.0f}" if round(difference) else "0"


def counts(result):
    yield ["more than bare: system calls / user instructions", *(title for _, title in COUNTED), "exec"]
    for way in list(result["ways"])[1:]:
        line = [way]
        for row in [*(row for row, _ in COUNTED), "exec"]:
            cells = result["counts"][row]
            line.append(" / ".join(more(cells.get(way), cells["bare"], key) for key in ("system_calls", "instructions")))
        if any(cell != "– / –" for cell in line[1:]):
            yield line


def how(result):
    yield ["way", "what is typed before the program"]
    for way, words in result["ways"].items():
        yield [way, f"`{words}`" if words else ""]


def started(result):
    """Every shell script pays this once a command."""
    yield ["start of a program, µs more than bare, by bench-micro exec 256", "median", "best tenth"]
    bare = result["times"]["exec"]["bare"]["samples"]
    for way, cell in result["times"]["exec"].items():
        more = sorted(sample - other for sample, other in zip(cell["samples"], bare))
        if way != "bare":
            yield [way, f"{statistics.median(more):+.0f}", f"{more[len(more) // 10]:+.0f}"]


def running(result):
    yield ["10,000 sockets of a running program", "ms", "beside the plain loop", "by"]
    for name, words in (("attach", "tcpalive attach PID"), ("list", "tcpalive list --pid PID")):
        cell = result["running"]["looks"][name]
        yield [name, f"{cell['median']:.0f} ±{(cell['high'] - cell['low']) / 2:.0f}", f"{cell['ratio']:.2f}", f"`{words}`"]


def watching(result):
    yield ["who goes on looking at 10,000 idle connections, or measures", ""]
    for words, share in result["running"]["shares"].items():
        yield [f"`tcpalive {words}`", f"{share:.2f} % of a processor"]
    measure = result["running"]["measure"]
    yield [f"`tcpalive {measure['command']} HOST:PORT`",
           f"{measure['kilobytes']:,} kB at most, {measure['connections']} connections"]


def crowd(result):
    yield ["16 threads connect at once, by bench-micro --threads 16 connect 8000", "µs a connection (ratio to bare)"]
    for way, cell in result["crowd"].items():
        yield [way, timed(cell)]


def windows(result):
    cells = result["windows"]
    yield ["under Wine, µs (ratio to bare)", *next(iter(cells["calls"].values()))]
    for way, row in cells["calls"].items():
        yield [way, *(timed(cell) for cell in row.values())]


def windows_running(result):
    running = result["windows"]["running"]
    yield [f"{running['sockets']:,} sockets of a running program under Wine", "ms", "by"]
    for name, words in (("start", "tcpalive.exe --version"), ("attach", "tcpalive.exe attach PID"),
                        ("sweep", "until its last socket is covered"), ("list", "tcpalive.exe list --pid PID")):
        cell = running[name]
        yield [name, f"{cell['median']:.0f} ±{(cell['high'] - cell['low']) / 2:.0f}", f"`{words}`" if ".exe" in words else words]


def growth(result):
    yield ["µs, bare / floor / tcpalive", ""]
    for kind, title in (("sockets", "connect, by open sockets"), ("threads", "socket + close, by threads"),
                        ("rules", "connect, by rules")):
        points = result["growth"][kind]
        yield [title, ", ".join(f"{point['size']:,}: " + " / ".join(
            microseconds(point[way]["median"]) for way in ("bare", "floor", "tcpalive")) for point in points)]


def plain(lines):
    lines = list(lines)
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    print()


def markdown(lines):
    lines = list(lines)
    print("| " + " | ".join(lines[0]) + " |")
    print("|" + "---|" * len(lines[0]))
    for line in lines[1:]:
        print("| " + " | ".join(line) + " |")
    print()


def tables(result, show):
    where = result["machine"]
    print(f"Medians of {result['rounds']} rounds ± half the distance of the quartiles, {where['date']}, "
          f"Linux {where['kernel']}, {where['libc']}, {where['cores']} cores; socket to 200 bytes on one of them, by "
          f"`WAY bench-micro ROW COUNT`; nginx by `wrk -t1 -c8 -d1s`, redis by `redis-benchmark -k 0 -c 8 -n 4000`.")
    print(f"The library's file, stripped: {result['library_bytes']:,} bytes. All this took {result['minutes']:.0f} minutes.\n")
    parts = [times, how, started, counts, running, watching, crowd, growth]
    for part in parts + ([windows, windows_running] if result.get("windows") else []):
        show(part(result))


def put_into(path, result):
    with open(path, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        tables(result, markdown)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n\n{text.getvalue()}{END}{rest.split(END)[1]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--into", metavar="FILE")
    options = parser.parse_args()
    with open(os.path.join(options.build, "bench.json"), encoding="utf-8") as file:
        result = json.load(file)
    if options.into:
        put_into(options.into, result)
    else:
        tables(result, markdown if options.markdown else plain)


main()
