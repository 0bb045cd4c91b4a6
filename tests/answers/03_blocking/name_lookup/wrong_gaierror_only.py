# Mistake: takes only gaierror for not found: a lookup may raise other OSErrors as well.
# Caught by: a host that the name server does not know is 'not found'

"""Where do these hosts live?

Before a mail server sends its queue, it looks up the addresses of all hosts that it has mail for. The name server is
far away and needs 0.5 s for each name. As handed out, the program asks for one name after the other, which takes 2 s,
and nothing else can run meanwhile. Once it is right, it prints this and ends after about 0.5 s:

    looking up 4 hosts
    mail.alder.example: 192.0.2.18
    mx.birch.example: 192.0.2.16
    mail.cedar.example: not found
    post.dogwood.example: 192.0.2.20

Leave alone: `name_server`.
The line below it stays as well: everything in this process that looks up a host asks this name server.

Required of the coroutine function `main(hosts)`:
- it prints how many hosts it looks up, then the first address of each host, in the order of the hosts
- a host is `not found` when its lookup raises OSError (socket.gaierror is one)
- any other exception of a lookup ends main, by itself or in an ExceptionGroup
- each host is looked up once, with port 25
- all hosts are looked up at the same time, so that main takes as long as the slowest answer
- the event loop is free for other tasks while the name server is asked
"""

import asyncio
import socket
import time
from typing import Any
from concurrent.futures import ThreadPoolExecutor


def name_server(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
    """Stands in for a real name server, so that this program needs no network. It blocks, as a real one does."""
    time.sleep(0.5)
    if "cedar" in host:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    addresses = (f"192.0.2.{len(host)}", f"192.0.2.{len(host) + 100}")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


# From here on, everything in this process that looks up a host asks this name server.
socket.getaddrinfo = name_server


async def main(hosts):
    print(f"looking up {len(hosts)} hosts")
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max(1, len(hosts))) as pool:

        async def address(host):
            try:
                found = await loop.run_in_executor(pool, socket.getaddrinfo, host, 25)
            except socket.gaierror:
                return "not found"
            return found[0][4][0]

        for host, found in zip(hosts, await asyncio.gather(*map(address, hosts))):
            print(host, found, sep=": ")


if __name__ == "__main__":
    asyncio.run(main(["mail.alder.example", "mx.birch.example", "mail.cedar.example", "post.dogwood.example"]))
