# Style: low-level: create_unix_connection and create_unix_server of the event loop

import asyncio
import tempfile
from pathlib import Path


async def unlock(visitor: str) -> str:
    """Unlock the door (slow; leave it as it is)."""
    await asyncio.sleep(0.3)
    return f"come in, {visitor}"


class Visitor(asyncio.Protocol):
    def __init__(self):
        self.line = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.line += data
        if b"\n" in self.line:
            self.task = asyncio.ensure_future(self.answer(self.line.split(b"\n")[0].decode()))

    async def answer(self, visitor):
        self.transport.write((await unlock(visitor)).encode() + b"\n")
        self.transport.close()


async def keep_door(name, path):
    loop = asyncio.get_running_loop()
    try:
        probe, _ = await loop.create_unix_connection(asyncio.Protocol, path)
    except OSError:
        pass
    else:
        probe.abort()
        print(f"{name}: the door is taken")
        return
    server = await loop.create_unix_server(Visitor, path)
    print(f"{name}: at the door")
    try:
        await loop.create_future()
    finally:
        server.close()
        Path(path).unlink(missing_ok=True)


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
