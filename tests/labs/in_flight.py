"""The two ends of in_flight.sh: `serve`, or SECONDS, the router's process id and the server's address."""

import errno
import socket
import subprocess
import sys
import threading
import time

DEAD, OUTAGE, WINDOW, OWN = 9001, 9002, 9003, 9004
TCP_USER_TIMEOUT = 18


def read_all(connection):
    while connection.recv(65536):
        pass


def serve(port):
    listener = socket.socket()
    if port == WINDOW:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("", port))
    listener.listen()
    connection, _ = listener.accept()
    if port == WINDOW:
        time.sleep(3600)
    read_all(connection)


def lose(port, lost):
    """Whether the router loses what goes to that port or comes from it."""
    what = ["add" if lost else "delete", "element", "ip", "lab", "lost", "{ %d }" % port]
    subprocess.run(["nsenter", "--target", router, "--net", "--", "nft", *what], check=True)


def is_told(connection, within):
    """What the kernel tells of a connection within that time, and when."""
    begin = time.monotonic()
    connection.settimeout(within)
    try:
        connection.recv(1)
        return "-", "ended"
    except OSError as error:
        if error.errno is None:  # the time is over; ETIMEDOUT is a TimeoutError too
            return "-", "nothing"
        return "%.1f" % (time.monotonic() - begin), errno.errorcode[error.errno]


def connect(port):
    connection = socket.create_connection((server, port))
    connection.send(b"hello")
    time.sleep(0.5)
    return connection


def dead(name, port, own):
    connection = connect(port)
    if own:
        connection.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, own)
    lose(port, True)
    connection.send(b"is anybody there?")
    print(name, *is_told(connection, 3 * seconds), flush=True)


def outage():
    connection = connect(OUTAGE)
    lose(OUTAGE, True)
    connection.send(b"is anybody there?")
    time.sleep(seconds / 2)
    lose(OUTAGE, False)
    told = is_told(connection, 2 * seconds)[1]
    print("outage", "lives" if told == "nothing" else told, flush=True)


def window():
    connection = connect(WINDOW)
    connection.setblocking(False)
    end = time.monotonic() + 1
    while time.monotonic() < end:
        try:
            connection.send(b"x" * 65536)
        except BlockingIOError:
            time.sleep(0.01)
    told = is_told(connection, 3 * seconds)[1]
    print("window", "lives" if told == "nothing" else told, flush=True)


def start(function, *arguments):
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    return thread


if sys.argv[1] == "serve":
    for port in (DEAD, OUTAGE, WINDOW, OWN):
        start(serve, port)
else:
    seconds, router, server = float(sys.argv[1]), sys.argv[2], sys.argv[3]
    start(dead, "dead", DEAD, 0)
    start(dead, "own", OWN, 2000)
    start(outage)
    start(window)
