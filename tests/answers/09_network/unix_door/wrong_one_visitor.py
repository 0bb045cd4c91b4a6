# Mistake: answers one visitor after the other.
# Caught by: a keeper is at the door, and gives each visitor the answer of unlock

import asyncio
import contextlib
import os
import tempfile
from pathlib import Path


async def unlock(visitor: str) -> str:
    """Unlock the door (slow; leave it as it is)."""
    await asyncio.sleep(0.3)
    return f"come in, {visitor}"


door = asyncio.Lock()


async def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    visitor = (await reader.readline()).decode().strip()
    if visitor:
        async with door:
            writer.write(f"{await unlock(visitor)}\n".encode())
    writer.close()


async def is_taken(path: str) -> bool:
    """Whether somebody listens on this socket. The file alone says nothing: it outlives its program."""
    try:
        _, writer = await asyncio.open_unix_connection(path)
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    writer.close()
    return True


async def keep_door(name: str, path: str) -> None:
    # start_unix_server removes a socket file that is in its way, and does not ask whether anybody still listens there.
    # It never removes a file of another kind.
    if await is_taken(path):
        print(f"{name}: the door is taken")
        return
    server = await asyncio.start_unix_server(let_in, path)
    try:
        async with server:
            print(f"{name}: at the door")
            await server.serve_forever()
    finally:
        # Before Python 3.13, closing the server leaves its file behind.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


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
