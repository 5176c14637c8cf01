"""suites.py BUILD SUITE [WAY...]: test suites of others, bare and under tcpalive, compared test by test.

A suite that its package installed, or whose source Debian has, is run once bare and once in each way. A test that ends otherwise
than bare is run again, both ways, with its whole group: suites have tests of time, and a difference counts when it stays. Expected
differences stand in EXPECTED with their reason. Exit 0: none but those; 1: they are printed; 77: the suite is not here.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

from source import fetch

# What suites do with the network stays in a namespace of each run's own.
ALONE = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
LIMIT = 900  # seconds for one group, far above what any needs
PYTHON = "/usr/bin/python3"
REPORT = "REPORT"  # among a suite's words: where its report goes
GO_LINE = re.compile(r"^\s*--- (PASS|FAIL|SKIP): (\S+)", re.M)
TAP_LINE = re.compile(r"^(ok|not ok) (\d+)", re.M)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
REDIS_LINE = re.compile(r"\[(ok|err|exception)\]: (.*?)(?: \(\d+ ms\))?$", re.M)

# (suite, test): why it may differ. A pattern for the test.
EXPECTED = [
    ("python", r"testSetSockOpt|KeepAlive|keepalive", "switches keepalive off, or reads back values of its own: the policy stands"),
    ("go", r"TestTCP.*KeepAlive|TestKeepAlive|TestDial.*KeepAlive", "reads back values of its own: the policy stands"),
]


def python_module(name):
    # A virtual machine's sockets wait for ever where there is none, bare too.
    return [PYTHON, "-m", "test", "-v", "-u", "network", "--junit-xml", REPORT, "-i", "*VSOCK*", name], None


def of_python(_, report):
    """What a test's own threads print comes between its name and how it ended: the report has both."""
    if not os.path.exists(report):
        return {}
    return {case.get("name"): case[0].tag if len(case) else "ok" for case in xml.etree.ElementTree.parse(report).iter("testcase")}


def of_go(text, _):
    return {name: outcome for outcome, name in GO_LINE.findall(text)}


def of_tap(text, _):
    return {number: outcome for outcome, number in TAP_LINE.findall(text)}


def of_redis(text, _):
    return {name: outcome for outcome, name in REDIS_LINE.findall(text)}


def python(names):
    if subprocess.run([PYTHON, "-c", "import test.test_socketserver"], stderr=subprocess.DEVNULL, check=False).returncode:
        return None
    return [(name, *python_module(name)) for name in names]


def go(work):
    if not shutil.which("go"):
        return None
    groups = []
    root = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
    for package in ("net", "net/http"):
        program = os.path.join(work, package.replace("/", "_") + ".test")
        environment = dict(os.environ, GO111MODULE="off", GOFLAGS="", GOCACHE=os.path.join(work, "cache"))
        subprocess.run(["go", "test", "-c", "-o", program, package], env=environment, check=True)
        groups.append((package, [program, "-test.v", "-test.short"], os.path.join(root, "src", package)))
    return groups


def perl(work):
    folder = fetch("perl", work)
    if not folder:
        return None
    groups = []
    for part in ("dist/IO/t", "cpan/HTTP-Tiny/t"):
        top = os.path.join(folder, os.path.dirname(part))
        for name in sorted(os.listdir(os.path.join(folder, part))):
            if name.endswith(".t"):
                groups.append((f"{part}/{name}", ["perl", "-I", "lib", "-I", ".", f"t/{name}"], top))
    return groups


def libuv(work):
    folder = fetch("libuv1", work)
    if not folder:
        return None
    subprocess.run("cmake -S . -B b -DBUILD_TESTING=ON >/dev/null && cmake --build b --target uv_run_tests -j2 >/dev/null", shell=True, cwd=folder,
                   check=True)
    os.chmod(work, 0o755)  # it refuses to run as root
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    return [("libuv", nobody + [os.path.join(folder, "b", "uv_run_tests")], folder)]


def redis(work):
    folder = fetch("redis", work)
    if not folder:
        return None
    subprocess.run("make -j2 MALLOC=libc >/dev/null 2>&1", shell=True, cwd=folder, check=True)
    single = ["unit/protocol", "unit/introspection", "unit/pubsub", "integration/replication-4", "unit/networking"]
    have = [one for one in single if os.path.exists(os.path.join(folder, "tests", one + ".tcl"))]
    words = [word for one in have for word in ("--single", one)]
    return [("redis", ["tclsh", "tests/test_helper.tcl", "--clients", "2", *words], folder)]


SHORT = ["test_socketserver", "test_httplib"]
LONG = SHORT + ["test_socket", "test_asyncio", "test_ssl", "test_ftplib", "test_poplib", "test_smtplib", "test_selectors", "test_asyncore",
                "test_urllib2_localnet", "test_xmlrpc", "test_imaplib", "test_telnetlib", "test_nntplib", "test_smtpd", "test_asynchat",
                "test_httpservers", "test_docxmlrpc", "test_wsgiref", "test_urllib", "test_urllib2", "test_urllib_response", "test_http_cookiejar",
                "test_robotparser", "test_select", "test_poll", "test_epoll", "test_timeout", "test_logging", "test_signal", "test_subprocess",
                "test_eintr", "test_fcntl", "test_pty", "test_multiprocessing_fork", "test_concurrent_futures"]
SUITES = {
    "python-short": (lambda work: python(SHORT), of_python, ("preload", "supervise", "both")),
    "python": (lambda work: python(LONG), of_python, ("preload", "supervise", "both")),
    "go": (go, of_go, ("supervise",)),
    "perl": (perl, of_tap, ("preload", "supervise", "both")),
    "libuv": (libuv, of_tap, ("preload", "supervise", "both")),
    "redis": (redis, of_redis, ("preload", "supervise", "both")),
}


def outcomes(words, folder, read, build, way):
    prefix = [os.path.join(build, "tcpalive"), "run", "--method", way, "--idle", "61s", "--"] if way else []
    with tempfile.TemporaryFile("w+", errors="replace") as said, tempfile.TemporaryDirectory() as place:
        report = os.path.join(place, REPORT)
        words = [report if word == REPORT else word for word in words]
        program = subprocess.Popen(ALONE + prefix + words, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                                   start_new_session=True)
        try:
            program.wait(LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, 9)
            program.wait()
        said.seek(0)
        return read(COLOUR.sub("", said.read()), report)


def differences(bare, with_us):
    return {name: (outcome, with_us.get(name, "missing")) for name, outcome in bare.items() if with_us.get(name) != outcome}


def expected(suite, name):
    return any(suite.startswith(which) and re.search(pattern, name) for which, pattern, _ in EXPECTED)


def main():
    build, suite, *ways = sys.argv[1:]
    build = os.path.abspath(build)
    if os.geteuid() != 0:
        print(f"{suite}: only root has network namespaces to run it in")
        return 77
    make, read, all_ways = SUITES[suite]
    bad, seen, beside = 0, 0, 0
    with tempfile.TemporaryDirectory() as work:
        groups = make(work)
        if not groups:
            print(f"{suite}: not installed here")
            return 77
        for group, words, folder in groups:
            bare = outcomes(words, folder, read, build, None)
            for way in ways or all_ways:
                differ = differences(bare, outcomes(words, folder, read, build, way))
                beside += len(bare)
                if differ:
                    again = differences(outcomes(words, folder, read, build, None), outcomes(words, folder, read, build, way))
                    differ = {name: what for name, what in differ.items() if name in again}
                told = {name: what for name, what in differ.items() if not expected(suite, name)}
                print(f"{suite} {group}, {way}: {len(bare)} tests, {len(told)} differ, {len(differ) - len(told)} as expected", flush=True)
                for name, (was, now) in told.items():
                    print(f"  {name}: {was} bare, {now}")
                bad += len(told)
            seen += len(bare)
    print(f"soak: {suite} {seen} tests bare, {beside} under us, {bad} differ")
    return 0 if seen and not bad else 1


sys.exit(main())
