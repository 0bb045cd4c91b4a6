"""Unix door

The door of a laboratory is opened by a program that listens on a unix socket, which is a file. It runs all day. One
evening somebody starts it once more, for the night. The second program starts without any complaint, and when it ends,
nobody can open the door any more, although the first one is still running.

Once it is right, `python unix_door.py` prints this (the seconds on the left are not printed):

    0.00   day: at the door
    0.10   night: the door is taken
    0.50   Ann: come in, Ann
    1.00   Bo: come in, Bo
    1.00   door.sock is gone

Leave alone: `unlock`, `visit` and `main`.

Required of the coroutine function `keep_door(name, path)`:
- it listens on the unix socket at this path, prints "NAME: at the door", and answers visitors with what `unlock` says
- if somebody listens there already, it prints "NAME: the door is taken" and returns; visitors still reach the other one
- it replaces a socket file on which nobody listens, such as one left behind by a crash
- it leaves any other file at this path as it is, and raises an OSError
- when it is cancelled, it ends at once with a CancelledError, and its socket file is gone
"""

import asyncio
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


async def keep_door(name: str, path: str) -> None:
    async with await asyncio.start_unix_server(let_in, path) as server:
        print(f"{name}: at the door")
        await server.serve_forever()


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
