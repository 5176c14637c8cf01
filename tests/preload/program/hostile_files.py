"""hostile_files.py BUILD: files that somebody else wrote cost who looks at them little time and memory, whatever they say of themselves.

Programs with as many parts as a header can count, each of any size, in files of no end; scripts of one endless line or of many words; rules
without end. Each is looked at by every command that reads such a file, and by the library, with SECONDS of a processor and MEMORY at most.
Exit 0: each ended by itself with a status of ours; 1: those that did not are shown.
"""
import os
import resource
import struct
import subprocess
import sys
import tempfile

BUILD = os.path.abspath(sys.argv[1])
COMMAND, LIBRARY = os.path.join(BUILD, "tcpalive"), os.path.join(BUILD, "libtcpalive.so")
SECONDS, MEMORY, PATIENCE = 10, 256 << 20, 120  # of a processor; bytes; of the clock
OURS = {0, 1, 125, 126, 127}
ENDLESS = 1 << 36
MOST = 65535  # a header's number of parts
CLIENT = "import socket; socket.socket()"


def elf(kinds, sizes):
    """Program headers and sections of these kinds and sizes in turn, all at the file's beginning."""
    header = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 64 + 56 * MOST, 0, 64, 56, MOST, 64, MOST, 0)
    parts = [(kinds[i % len(kinds)], sizes[i % len(sizes)]) for i in range(MOST)]
    return (header + b"".join(struct.pack("<IIQQQQQQ", kind, 5, 64 * (i % 100), 0, 0, size, size, 1) for i, (kind, size) in enumerate(parts)) +
            b"".join(struct.pack("<IIQQQQIIQQ", i, kind, 0, 0, 64, size, 0, 0, 0, 0) for i, (kind, size) in enumerate(parts)))


PROGRAMS = {
    "dynamic": elf([2], [1 << 62]),
    "interpreter": elf([3], [1 << 62, 4096]),
    "notes": elf([4, 7], [1 << 30, 12]),
    "loaded": elf([1, 3], [1 << 62, 1 << 20]),
    "all": elf([1, 2, 3, 4, 7, 0x6474E553], [1 << 20, 1 << 40]),
    "line": b"#!",
    "name": b"#!" + b"a" * (1 << 20),
    "words": b"#!/bin/sh\n" + b"exec nice exec nice env -S 'a' \\\n" * 50000,
    "quotes": b"#!/bin/sh\n" + b"\"'`$(" * 400000,
    "variable": b"#!/bin/sh\n" + b"LD_PRELOAD=$LD_PRELOAD " * 100000,
    "nothing": b"",
}
RULES = {
    "zeros": b"",
    "many": b"any *:1 off\n" * 200000,
    "comment": b"# " + b"a" * (2 << 20),
    "number": b"any " + b"1" * 120000 + b"\n",
    "empty": b";" * 120000,
}


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def write(work, name, content):
    path = os.path.join(work, name)
    with open(path, "wb") as file:
        file.write(content)
        file.truncate(ENDLESS if not content.endswith(b"\n") else len(content))
    os.chmod(path, 0o755)
    return path


def cases(work):
    for name, content in PROGRAMS.items():
        path = write(work, name, content)
        yield [COMMAND, "check", "--", path], {}
        yield [COMMAND, "check", "--json", "--", path], {}
        if content.startswith(b"\x7f"):
            yield [COMMAND, "run", "--strict", "--method", "preload", "--", path], {}
    for path in [write(work, "rules-" + name, content) for name, content in RULES.items()] + ["/dev/zero"]:
        yield [COMMAND, "explain", "--rules", "@" + path], {}
        yield [COMMAND, "run", "--rules", "@" + path, "true"], {}
        yield ["/usr/bin/python3", "-c", CLIENT], {"LD_PRELOAD": LIBRARY, "TCPALIVE_RULES": "@" + path}


def main():
    tried = wrong = 0
    with tempfile.TemporaryDirectory() as work:
        for words, variables in cases(work):
            tried += 1
            ended = subprocess.run(words, env={**os.environ, **variables}, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE,
                                   preexec_fn=limited, check=False)
            if ended.returncode not in OURS:
                wrong += 1
                print([os.path.basename(word) for word in words], variables, "ended with", ended.returncode, ended.stderr[-200:])
    print(f"{tried} looks at hostile files, {wrong} beyond their bounds")
    return 1 if wrong or not tried else 0


sys.exit(main())
