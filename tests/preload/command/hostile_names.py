"""hostile_names.py BUILD: what people pass on from others (names, files, settings) cannot reach a terminal through what we say of it.

Every command gets a text with a terminal's commands, marks that turn a line around, ends of lines and bytes that are no UTF-8: as a word,
as each option's value, in variables, as a file's name and in files; so do the library and the supervisor. Neither stdout nor stderr may have
one of them, or begin a line with what the text says. Exit 0: so it is; 1: each that did is shown.
"""
import os
import re
import subprocess
import sys
import tempfile

BUILD = os.fsencode(os.path.abspath(sys.argv[1]))
TEXT = "a\x1b[2J\x07\x7f\x9bx\u202eb\u2028\r\nforged: line".encode() + b"\xff\x9b31m"
LINE = TEXT.replace(b"\n", b"")
WRONG = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\udc80-\udcff]|^forged", re.M)
LIMIT = 60  # seconds, far above what any needs
COMMANDS = (b"run", b"check", b"explain", b"list", b"attach", b"cgroup", b"enable", b"disable", b"measure")
OPTIONS = (b"--idle", b"--survive", b"--mode", b"--rules", b"--programs", b"--log", b"--log-file", b"--method", b"--port", b"--program", b"--unit",
           b"--pid", b"--up-to", b"--direction")
VARIABLES = (b"TCPALIVE_IDLE", b"TCPALIVE_RULES", b"TCPALIVE_LOG", b"TCPALIVE_LOG_FILE", b"TCPALIVE_SURVIVE", b"TCPALIVE_PROGRAMS", b"KEEPIDLE",
             b"TCPALIVE_" + TEXT)
CLIENT = b"import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
COMMAND = os.path.join(BUILD, b"tcpalive")


def files(work):
    """One that cannot be started, one that starts a launcher, one of rules; the last bears the text in its lines alone."""
    for name, content in ((TEXT, b"#!/nowhere/" + LINE), (b"s" + TEXT, b"#!/usr/bin/env -i true " + LINE), (b"rules", b"any " + TEXT)):
        path = os.path.join(work, name)
        with open(path, "wb") as file:
            file.write(content + b"\n")
        os.chmod(path, 0o755)
        yield path


def words(work):
    named, starts, rules = files(work)
    for command in COMMANDS:
        for more in ([TEXT], [b"--" + TEXT], [b"--", TEXT], [b"--json", TEXT], [b"--rules", b"@" + rules, b"x"], [b"--rules=@" + named, b"x"],
                     [named], [b"--json", named], [b"--strict", named], [starts], *([option, TEXT, b"x"] for option in OPTIONS)):
            yield [COMMAND, command, *more], {}
    for more in ([TEXT], [b"help", TEXT], [b"measure", TEXT + b":80"], [b"measure", b"--serve", TEXT + b":80"], [b"cgroup", b"--status", TEXT],
                 [b"measure", b"--up-to=5s", b"--", named],
                 [b"explain", b"--json", b"--log-file", b"/" + TEXT, b"--programs", TEXT]):
        yield [COMMAND, *more], {}
    for variable in VARIABLES:
        yield [COMMAND, b"explain"], {variable: TEXT}
        yield [b"/usr/bin/python3", b"-c", CLIENT], {variable: TEXT, b"LD_PRELOAD": os.path.join(BUILD, b"libtcpalive.so")}
    program = os.path.join(work, b"p" + TEXT)
    os.symlink(b"/usr/bin/python3", program)
    for method in (b"preload", b"supervise", b"both"):
        yield [COMMAND, b"run", b"--method", method, b"--log", b"debug", b"--", program, b"-c", CLIENT], {}


def main():
    tried = wrong = 0
    with tempfile.TemporaryDirectory() as work:
        for words_of, variables in words(os.fsencode(work)):
            ended = subprocess.run(words_of, env={**os.environb, **variables}, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
            said = (ended.stdout + ended.stderr).decode(errors="surrogateescape")
            found = WRONG.search(said)
            tried += 1
            if found:
                wrong += 1
                print(words_of, variables, ascii(said[max(0, found.start() - 80):][:200]))
    print(f"{tried} times said, {wrong} times with a terminal's commands")
    return 1 if wrong or not tried else 0


sys.exit(main())
