"""Windows programs under Wine, bare and with tcpalive, in a Windows of the bench's own."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time

import figures

WINE, SERVER = "/usr/lib/wine/wine64", "/usr/lib/wine/wineserver64"
ROWS = {"socket": 2000, "connect": 1000, "accept": 1000}
HELD = 1000  # sockets


def missing(build):
    """What is not there, or None."""
    needed = [WINE, os.path.join(build, "cache/wine/prefix"), os.path.join(build, "windows/x86_64/tcpalive.exe"),
              os.path.join(build, "windows/tests/x86_64/bench.exe")]
    return next((path for path in needed if not os.path.exists(path)), None)


@contextlib.contextmanager
def windows(build):
    """The environment of a copy of the model, whose folders are shared and whose registry is its own."""
    model, prefix = os.path.join(build, "cache/wine/prefix"), tempfile.mkdtemp(prefix="tcpalive-bench-")
    env = {"PATH": os.environ["PATH"], "HOME": "/", "WINEPREFIX": prefix, "WINEDEBUG": "-all",
           "WINEDLLPATH": os.path.join(build, "cache/wine/dlls"),
           "WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe="}
    try:
        for name in os.listdir(model):
            if name.endswith(".reg") or name == ".update-timestamp":
                shutil.copy2(os.path.join(model, name), prefix)
        shutil.copytree(os.path.join(model, "dosdevices"), os.path.join(prefix, "dosdevices"), symlinks=True)
        os.symlink(os.path.join(model, "drive_c"), os.path.join(prefix, "drive_c"))
        figures.run([WINE, "cmd", "/c", "exit 0"], env)
        yield env
    finally:
        for option in ("-k", "-w"):
            subprocess.run([SERVER, option], env=env, capture_output=True, timeout=figures.PATIENCE, check=False)
        with contextlib.suppress(OSError), open(os.path.join(prefix, "wineserver"), encoding="ascii") as file:
            shutil.rmtree(os.path.join("/tmp", file.read().strip()), ignore_errors=True)  # Debian's Wine leaves it
        shutil.rmtree(prefix, ignore_errors=True)


def measure(build, rounds, alternate):
    program, tcpalive = (os.path.join(build, "windows", name) for name in ("tests/x86_64/bench.exe", "x86_64/tcpalive.exe"))
    words = {"bare": [WINE, program], "tcpalive": [WINE, tcpalive, "run", "--", program]}
    with windows(build) as env:
        def sample(name, row):
            return float(figures.run([*words[name], row, str(ROWS[row])], env).stdout) / 1e3

        by_row = {row: alternate(list(words), rounds, lambda name, row=row: sample(name, row)) for row in ROWS}
        running = alternate(["start", "attach", "sweep", "list"], max(3, rounds // 2),
                            lambda name: running_sample([WINE, program], [WINE, tcpalive], name, env))
    return {"calls": {way: {row: by_row[row][way] for row in ROWS} for way in words},
            "running": {"sockets": HELD, **running}}


def running_sample(program, tcpalive, name, env):
    """Milliseconds of one command on a program that holds sockets; `sweep` is until the last of them is covered."""
    process = subprocess.Popen([*program, "hold", str(HELD)], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        pid = process.stdout.readline().strip()
        words = {"start": ["--version"], "list": ["list", "--pid", pid]}.get(name, ["attach", pid])
        begin = time.monotonic()
        figures.run([*tcpalive, *words], env)
        if name == "sweep":
            process.stdin.write("\n")
            process.stdin.flush()
            process.stdout.readline()
        return (time.monotonic() - begin) * 1e3
    finally:
        process.stdin.close()
        process.wait(figures.PATIENCE)
