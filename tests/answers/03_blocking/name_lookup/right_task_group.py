# Style: tasks in a group, with a pool of its own for slow questions, and a note on standard error

import asyncio
import socket
import sys
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


async def address(pool: ThreadPoolExecutor, host: str) -> str:
    try:
        print(f"asking for {host}", file=sys.stderr)
        found = await asyncio.get_running_loop().run_in_executor(pool, name_server, host, 25)
    except OSError:
        return "not found"
    return str(found[0][4][0])


async def main(hosts: list[str]) -> None:
    print(f"looking up {len(hosts)} hosts")
    with ThreadPoolExecutor(max_workers=20) as pool:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(address(pool, host)) for host in hosts]
    addresses = [task.result() for task in tasks]
    for host, found in zip(hosts, addresses, strict=True):
        print(f"{host}: {found}")


if __name__ == "__main__":
    asyncio.run(main(["mail.alder.example", "mx.birch.example", "mail.cedar.example", "post.dogwood.example"]))
