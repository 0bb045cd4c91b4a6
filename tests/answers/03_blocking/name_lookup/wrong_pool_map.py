# Mistake: threads for the questions, while main blocks until they are answered.
# Shows: blocking-call
# Caught by: the event loop is free while the name server is asked

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor
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


def address(host: str) -> str:
    try:
        found = socket.getaddrinfo(host, 25)
    except OSError:
        return "not found"
    return str(found[0][4][0])


async def main(hosts: list[str]) -> None:
    print(f"looking up {len(hosts)} hosts")
    with ThreadPoolExecutor() as pool:
        addresses = list(pool.map(address, hosts))
    for host, found in zip(hosts, addresses, strict=True):
        print(f"{host}: {found}")


if __name__ == "__main__":
    asyncio.run(main(["mail.alder.example", "mx.birch.example", "mail.cedar.example", "post.dogwood.example"]))
