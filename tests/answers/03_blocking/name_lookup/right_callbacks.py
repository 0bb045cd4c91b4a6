# Style: plain threads that hand their results to futures of the loop

import asyncio
import socket
import threading
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


def look_up(loop, host, future):
    def finish(result=None, error=None):
        if not future.cancelled():
            future.set_exception(error) if error else future.set_result(result)

    try:
        entries = socket.getaddrinfo(host, 25)
    except OSError:
        loop.call_soon_threadsafe(finish, "not found")
    except Exception as problem:
        loop.call_soon_threadsafe(finish, None, problem)
    else:
        loop.call_soon_threadsafe(finish, entries[0][4][0])


async def main(hosts):
    print("looking up", len(hosts), "hosts")
    loop = asyncio.get_running_loop()
    futures = []
    for host in hosts:
        futures.append(loop.create_future())
        threading.Thread(target=look_up, args=(loop, host, futures[-1]), daemon=True).start()
    for host, future in zip(hosts, futures, strict=True):
        print(host, await future, sep=": ")


if __name__ == "__main__":
    asyncio.run(main(["mail.alder.example", "mx.birch.example", "mail.cedar.example", "post.dogwood.example"]))
