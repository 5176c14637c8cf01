"""talk.py [async-]server|[async-]client PORT: a server greets with `ready`, a client prints it; both stay.

They ask for keepalive of their own, as many programs do: the policy has to win over it.
"""
import asyncio
import socket
import sys
import time

ADDRESS = "::1"


def ask(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1000)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 2)


def server(port):
    with socket.create_server((ADDRESS, port), family=socket.AF_INET6) as listener:
        connection, _ = listener.accept()
        ask(connection)
        connection.sendall(b"ready\n")
        time.sleep(60)


def client(port):
    with socket.create_connection((ADDRESS, port)) as connection:
        ask(connection)
        print(connection.makefile().readline(), flush=True)
        time.sleep(60)


async def greet(_, writer):
    ask(writer.get_extra_info("socket"))
    writer.write(b"ready\n")
    await asyncio.sleep(60)


async def async_server(port):
    async with await asyncio.start_server(greet, ADDRESS, port):
        await asyncio.sleep(60)


async def async_client(port):
    reader, writer = await asyncio.open_connection(ADDRESS, port)
    ask(writer.get_extra_info("socket"))
    print(await reader.readline(), flush=True)
    await asyncio.sleep(60)


role, its_port = sys.argv[1], int(sys.argv[2])
if role.startswith("async"):
    asyncio.run({"async-server": async_server, "async-client": async_client}[role](its_port))
else:
    {"server": server, "client": client}[role](its_port)
