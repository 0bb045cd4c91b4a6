"""The chat room

A chat room over TCP works well as long as everybody reads and says goodbye. Tonight cy has put the telephone on the
table without hanging up. Nothing is read there any more, and so after a while nobody in the room hears anything. And
when dan's train goes into a tunnel, he stays in the room as a ghost.

Once it is right, `python chat.py` prints this within a second (the moments depend on the machine):

    bo hears: * dan joins
    bo hears: * ana joins
    bo hears: * dan leaves
    bo hears: * cy leaves
    bo hears: ana: good night
    bo has heard this many parts of the story: 160

Leave alone: `BACKLOG`, `LINE`, `admit`, `join`, `vanish`, `until_open`, `listen` and `main`.

Required of the coroutine function `serve(port)`, which listens on 127.0.0.1:
- a visitor who sends the name `ana` as the first line gets `welcome ana`, and then the others are told `* ana joins`;
  each further line of hers goes to all others as `ana: LINE`; when her visit ends, the others are told `* ana leaves`,
  once
- a member who does not read holds up nobody
- as soon as more than BACKLOG bytes wait in this program for a member, that member's visit ends: the connection is
  closed at once, these bytes are dropped, and the others are told
- a member who reads late, but for whom no more than BACKLOG bytes wait, gets every line
- if the connection of a member breaks, only that member leaves: the others stay, and are told
- a line that was cut off, because the connection ended, is neither a name nor a message
- of two visitors who send the same name, only one is welcome, even if `admit` is still at work; the other one gets
  `refused`, like visitors that `admit` refuses, and the connection is closed; a name is free again after the visit
- a line of more than LINE bytes, or one that is not UTF-8, ends the visit, and the others are told
- when `serve` is cancelled, it listens no more, closes all connections and ends
"""

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
        self.members: dict[str, asyncio.StreamWriter] = {}

    async def tell(self, text: str, but: str = "") -> None:
        """Send a line to all members but one."""
        for name, writer in self.members.items():
            if name != but:
                writer.write(f"{text}\n".encode())
                await writer.drain()

    async def enter(self, name: str, writer: asyncio.StreamWriter) -> bool:
        if name in self.members or not await admit(name):
            return False
        self.members[name] = writer
        return True

    async def visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One visitor, from the name to the end of the connection."""
        name = (await reader.readline()).decode().strip()
        if not await self.enter(name, writer):
            writer.write(b"refused\n")
            writer.close()
            return
        writer.write(f"welcome {name}\n".encode())
        await self.tell(f"* {name} joins", but=name)
        while line := await reader.readline():
            await self.tell(f"{name}: {line.decode().strip()}", but=name)
        del self.members[name]
        await self.tell(f"* {name} leaves")
        writer.close()


async def serve(port: int) -> None:
    room = Room()
    server = await asyncio.start_server(room.visit, "127.0.0.1", port, limit=LINE)
    async with server:
        await server.serve_forever()


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
