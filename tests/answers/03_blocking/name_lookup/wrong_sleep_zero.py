# Mistake: gives way before each blocking question.
# Shows: blocking-call
# Caught by: all hosts are looked up at the same time

"""Before a mail server sends its queue, it looks up the addresses of all the hosts that it has mail for.

The name server is far away: 0.5 s for each name. Once it is right, the names are looked up at the same time, and the
program ends after about 0.5 s (today 2 s):

    looking up 4 hosts
    mail.alder.example: 192.0.2.18
    mx.birch.example: 192.0.2.16
    mail.cedar.example: not found
    post.dogwood.example: 192.0.2.20

What may not change: `name_server` and the line below it stay as they are. `main(hosts)` is a coroutine function; it has
that server asked once for each name, and prints the first address or `not found`, in the order of `hosts`. While it
waits, the event loop is free for everything else.
"""

import asyncio
import socket
import time
from typing import Any


def name_server(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
    """Stands in for a real name server, so that this program runs without a network. It blocks, as a real one does."""
    time.sleep(0.5)
    if "cedar" in host:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"192.0.2.{len(host)}", port))]


# From here on, whatever in this process asks for the address of a host asks that name server.
socket.getaddrinfo = name_server


async def address(host: str) -> str:
    try:
        await asyncio.sleep(0)
        found = socket.getaddrinfo(host, 25)
    except OSError:
        return "not found"
    return str(found[0][4][0])


async def main(hosts: list[str]) -> None:
    print(f"looking up {len(hosts)} hosts")
    addresses = await asyncio.gather(*(address(host) for host in hosts))
    for host, found in zip(hosts, addresses, strict=True):
        print(f"{host}: {found}")


if __name__ == "__main__":
    asyncio.run(main(["mail.alder.example", "mx.birch.example", "mail.cedar.example", "post.dogwood.example"]))
