# Mistake: does not catch the failure where it is awaited.
# Shows: failure-ends-all
# Caught by: a host that the name server does not know is 'not found'

import asyncio
import socket
import time
from typing import Any


def name_server(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
    """Stands in for a real name server, so that this program needs no network. It blocks, as a real one does."""
    time.sleep(0.5)
    if "cedar" in host:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    addresses = (f"192.0.2.{len(host)}", f"192.0.2.{len(host) + 100}")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


# From here on, everything in this process that looks up a host asks this name server.
socket.getaddrinfo = name_server


async def address(host: str) -> str:
    try:
        lookup = asyncio.get_running_loop().getaddrinfo(host, 25)
    except OSError:
        return "not found"
    return str((await lookup)[0][4][0])


async def main(hosts: list[str]) -> None:
    print(f"looking up {len(hosts)} hosts")
    addresses = await asyncio.gather(*(address(host) for host in hosts))
    for host, found in zip(hosts, addresses, strict=True):
        print(f"{host}: {found}")


if __name__ == "__main__":
    asyncio.run(main(["mail.alder.example", "mx.birch.example", "mail.cedar.example", "post.dogwood.example"]))
