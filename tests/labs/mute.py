"""mute.py [--close-after SECONDS] [--most N] [--greet TEXT] PORT: a service that takes connections and says nothing."""
import argparse
import selectors
import socket
import time

words = argparse.ArgumentParser()
words.add_argument("--close-after", type=float)
words.add_argument("--most", type=int, default=1000)
words.add_argument("--greet", default="")
words.add_argument("port", type=int)
words = words.parse_args()

listener = socket.create_server(("::", words.port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=200)
ready = selectors.DefaultSelector()
ready.register(listener, selectors.EVENT_READ)
taken = {}


def take():
    connection = listener.accept()[0]
    if len(taken) >= words.most:
        connection.close()
        return
    if words.greet:
        connection.sendall(words.greet.encode())
    taken[connection] = time.monotonic()
    ready.register(connection, selectors.EVENT_READ)


def leave(connection):
    ready.unregister(connection)
    connection.close()
    del taken[connection]


def hear(connection):
    try:
        if connection.recv(4096):
            return
    except OSError:
        pass
    leave(connection)


while True:
    for key, _ in ready.select(0.02):
        take() if key.fileobj is listener else hear(key.fileobj)
    for connection, since in list(taken.items()):
        if words.close_after and time.monotonic() - since > words.close_after:
            leave(connection)
