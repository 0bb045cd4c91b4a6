# Style: a queue and a task that writes for each member; what waits is counted.

import asyncio
import socket
import struct

BACKLOG = 500_000
LINE = 2**16


async def admit(name: str) -> bool:
    """Ask the register whether somebody may come in (slow; leave it as it is)."""
    await asyncio.sleep(0.05)
    return name != "troll"


class Member:
    def __init__(self, room, name, writer) -> None:
        self.room, self.name, self.writer = room, name, writer
        self.lines: asyncio.Queue[bytes] = asyncio.Queue()
        self.waiting = 0
        self.writing = asyncio.create_task(self.write())

    def send(self, text: str) -> None:
        line = f"{text}\n".encode()
        self.lines.put_nowait(line)
        self.waiting += len(line)
        if self.waiting > BACKLOG:
            self.room.leave(self)
            self.writer.transport.abort()

    async def write(self) -> None:
        try:
            while True:
                line = await self.lines.get()
                self.writer.write(line)
                await self.writer.drain()
                self.waiting -= len(line)
        except ConnectionError:
            pass


class Room:
    def __init__(self) -> None:
        self.members: dict[str, Member | None] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    def tell(self, text: str, but: object = None) -> None:
        for member in list(self.members.values()):
            if member is not None and member is not but:
                member.send(text)

    def leave(self, member: Member) -> None:
        if self.members.get(member.name) is member:
            del self.members[member.name]
            member.writing.cancel()
            self.tell(f"* {member.name} leaves")

    async def visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self.tasks.add(task)
        member = None
        name = None
        try:
            line = await reader.readline()
            if not line.endswith(b"\n"):
                return
            wanted = line.decode().strip()
            if wanted in self.members:
                writer.write(b"refused\n")
                return
            name = wanted
            self.members[name] = None
            if not await admit(name):
                writer.write(b"refused\n")
                return
            member = self.members[name] = Member(self, name, writer)
            member.send(f"welcome {name}")
            self.tell(f"* {name} joins", but=member)
            while (line := await reader.readline()).endswith(b"\n"):
                self.tell(f"{name}: {line.decode().strip()}", but=member)
        except (OSError, ValueError):
            pass
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            if member is not None:
                self.leave(member)
            elif name is not None:
                self.members.pop(name, None)
            writer.close()
            self.tasks.discard(task)


async def serve(port: int) -> None:
    room = Room()
    server = await asyncio.start_server(room.visit, "127.0.0.1", port, limit=LINE)
    try:
        await asyncio.get_running_loop().create_future()
    finally:
        server.close()
        for task in list(room.tasks):
            task.cancel()
        await asyncio.sleep(0)


async def join(port: int, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{name}\n".encode())
    await reader.readline()
    return reader, writer


def vanish(writer: asyncio.StreamWriter) -> None:
    """Break a connection: the other side is told that it was reset."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def until_open(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        except ConnectionRefusedError:
            await asyncio.sleep(0.01)


async def listen(name: str, reader: asyncio.StreamReader) -> None:
    """Print what a member hears, until ana says good night or it has been quiet for a second."""
    parts = 0
    try:
        while True:
            async with asyncio.timeout(1):
                line = (await reader.readuntil(b"\n")).decode().strip()
            if line.startswith("ana: part"):
                parts += 1
            else:
                print(f"{name} hears: {line}")
            if line == "ana: good night":
                break
    except (TimeoutError, asyncio.IncompleteReadError):
        print(f"{name} hears nothing more")
    print(f"{name} has heard this many parts of the story: {parts}")


async def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    service = asyncio.create_task(serve(port))
    await until_open(port)
    cy, bo = await join(port, "cy"), await join(port, "bo")
    listening = asyncio.create_task(listen("bo", bo[0]))
    dan, ana = await join(port, "dan"), await join(port, "ana")
    vanish(dan[1])
    await asyncio.sleep(0.1)
    for number in range(160):
        ana[1].write(f"part {number} {'and then ' * 5000}\n".encode())
    ana[1].write(b"good night\n")
    await listening
    for _, writer in (cy, bo, ana):
        writer.close()
    service.cancel()


if __name__ == "__main__":
    asyncio.run(main())
