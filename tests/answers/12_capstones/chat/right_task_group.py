# Style: a TaskGroup for the visits, in which a drain of its own waits for each member.

import asyncio
import socket
import struct

BACKLOG = 500_000
LINE = 2**16


async def admit(name: str) -> bool:
    """Ask the register whether somebody may come in (slow; leave it as it is)."""
    await asyncio.sleep(0.05)
    return name != "troll"


class Room:
    def __init__(self, group):
        self.group = group
        self.taken = set()
        self.members = {}
        self.writers = set()

    def accept(self, reader, writer):
        self.group.create_task(self.visit(reader, writer))

    def tell(self, text, but=None):
        slow = []
        for name in self.members:
            if name != but:
                self.members[name].write(text.encode() + b"\n")
                if self.members[name].transport.get_write_buffer_size() > BACKLOG:
                    slow.append(name)
        for name in slow:
            self.part(name, abort=True)

    def part(self, name, abort=False):
        writer = self.members.pop(name, None)
        if writer is not None:
            if abort:
                writer.transport.abort()
            self.tell(f"* {name} leaves")

    async def visit(self, reader, writer):
        name, reserved = "", False
        self.writers.add(writer)
        try:
            name = await line_of(reader)
            reserved = name not in self.taken
            if not reserved:
                raise LookupError(name)
            self.taken.add(name)
            if not await admit(name):
                raise LookupError(name)
            writer.write(f"welcome {name}\n".encode())
            self.tell(f"* {name} joins")
            self.members[name] = writer
            while True:
                self.tell(f"{name}: {await line_of(reader)}", but=name)
        except LookupError:
            writer.write(b"refused\n")
        except (EOFError, OSError, ValueError, asyncio.LimitOverrunError):
            pass
        finally:
            self.part(name)
            if reserved:
                self.taken.discard(name)
            self.writers.discard(writer)
            writer.close()


async def line_of(reader):
    return (await reader.readuntil()).decode().rstrip()


async def serve(port):
    async with asyncio.TaskGroup() as group:
        room = Room(group)
        server = await asyncio.start_server(room.accept, "127.0.0.1", port, limit=LINE)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()
            for writer in room.writers:
                writer.transport.abort()


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
