# Style: a plain socket that tries to connect, and one that is bound by hand

import asyncio
import os
import socket
import stat
import tempfile
from pathlib import Path


async def unlock(visitor: str) -> str:
    """Unlock the door (slow; leave it as it is)."""
    await asyncio.sleep(0.3)
    return f"come in, {visitor}"


async def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    visitor = (await reader.readline()).decode().strip()
    if visitor:
        writer.write(f"{await unlock(visitor)}\n".encode())
    writer.close()


def bind(path: str) -> socket.socket | None:
    """A socket bound to the path, or None if somebody listens there."""
    sock = socket.socket(socket.AF_UNIX)
    try:
        sock.bind(path)
    except OSError:
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            raise
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(path) == 0:
                sock.close()
                return None
        os.unlink(path)
        sock.bind(path)
    return sock


async def keep_door(name: str, path: str) -> None:
    sock = bind(path)
    if sock is None:
        print(f"{name}: the door is taken")
        return
    try:
        server = await asyncio.start_unix_server(let_in, sock=sock)
        print(f"{name}: at the door")
        async with server:
            await server.serve_forever()
    finally:
        if os.path.exists(path):
            os.remove(path)


async def visit(visitor: str, path: str) -> None:
    try:
        reader, writer = await asyncio.open_unix_connection(path)
    except OSError:
        print(f"{visitor}: nobody is at the door")
        return
    writer.write(f"{visitor}\n".encode())
    print(f"{visitor}: {(await reader.readline()).decode().strip()}")
    writer.close()


async def main(path: str) -> None:
    day = asyncio.create_task(keep_door("day", path))
    await asyncio.sleep(0.1)
    night = asyncio.create_task(keep_door("night", path))
    await asyncio.sleep(0.1)
    await visit("Ann", path)
    await asyncio.sleep(0.1)
    night.cancel()
    await asyncio.sleep(0.1)
    await visit("Bo", path)
    day.cancel()
    await asyncio.wait([day])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        door = Path(folder, "door.sock")
        asyncio.run(main(str(door)))
        print("door.sock is", "still there" if door.exists() else "gone")
