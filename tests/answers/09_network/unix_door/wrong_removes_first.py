# Mistake: removes whatever is at the path before it starts.
# Shows: socket-file
# Caught by: visitors still reach a keeper who was there first

import asyncio
import os
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
    if os.path.exists(path):
        os.unlink(path)
    try:
        async with await asyncio.start_unix_server(let_in, path) as server:
            print(f"{name}: at the door")
            await server.serve_forever()
    finally:
        if os.path.exists(path):
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
