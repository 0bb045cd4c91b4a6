# Mistake: puts out a member who is behind, and tells nobody.
# Caught by: the visit of a member ends when more than BACKLOG bytes wait

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
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.members: dict[str, asyncio.StreamWriter] = {}
        self.visits: set[asyncio.Task[None]] = set()

    def tell(self, text: str, but: str = "") -> None:
        """Send a line to all members but one."""
        for name, writer in list(self.members.items()):
            if name == but:
                continue
            writer.write(f"{text}\n".encode())
            if writer.transport.get_write_buffer_size() > BACKLOG:
                writer.transport.abort()
                del self.members[name]

    def expel(self, name: str) -> None:
        if self.members.pop(name, None):
            self.tell(f"* {name} leaves")

    async def stay(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"welcome {name}\n".encode())
        self.tell(f"* {name} joins")
        self.members[name] = writer
        try:
            while True:
                self.tell(f"{name}: {await read_line(reader)}", but=name)
        finally:
            self.expel(name)

    async def visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One visitor, from the name to the end of the connection."""
        try:
            name = await read_line(reader)
            if name in self.names:
                writer.write(b"refused\n")
                return
            self.names.add(name)
            try:
                if await admit(name):
                    await self.stay(name, reader, writer)
                else:
                    writer.write(b"refused\n")
            finally:
                self.names.remove(name)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, UnicodeDecodeError):
            pass
        finally:
            writer.close()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.create_task(self.visit(reader, writer))
        self.visits.add(visit)
        visit.add_done_callback(self.visits.discard)


async def read_line(reader: asyncio.StreamReader) -> str:
    return (await reader.readuntil(b"\n")).decode().strip()


async def serve(port: int) -> None:
    room = Room()
    server = await asyncio.start_server(room.accept, "127.0.0.1", port, limit=LINE)
    try:
        await asyncio.Event().wait()
    finally:
        server.close()
        visits = list(room.visits)
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)


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
