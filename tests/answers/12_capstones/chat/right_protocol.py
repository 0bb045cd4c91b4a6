# Style: no streams: a Protocol for each connection; no type hints.

import asyncio
import socket
import struct

BACKLOG = 500_000
LINE = 2**16


async def admit(name: str) -> bool:
    """Ask the register whether somebody may come in (slow; leave it as it is)."""
    await asyncio.sleep(0.05)
    return name != "troll"


class Visit(asyncio.Protocol):
    def __init__(self, room):
        self.room, self.name, self.data, self.asking = room, None, b"", None

    def connection_made(self, transport):
        self.transport = transport
        self.room.visits.add(self)

    def data_received(self, data):
        self.data += data
        self.go_on()

    def go_on(self):
        while self.asking is None and b"\n" in self.data:
            line, self.data = self.data.split(b"\n", 1)
            try:
                self.line(line.decode().strip())
            except UnicodeDecodeError:
                self.transport.abort()
                return
        if len(self.data) > LINE and b"\n" not in self.data:
            self.transport.abort()

    def line(self, text):
        if self.name is not None:
            self.room.tell(f"{self.name}: {text}", self)
        elif text in self.room.names:
            self.refuse()
        else:
            self.room.names[text] = self
            self.asking = asyncio.get_running_loop().create_task(admit(text))
            self.asking.add_done_callback(lambda task: self.answered(text, task))

    def refuse(self):
        self.transport.write(b"refused\n")
        self.transport.close()

    def answered(self, name, task):
        if task.cancelled() or not task.result() or self.transport.is_closing():
            del self.room.names[name]
            if not task.cancelled():
                self.refuse()
            return
        self.name, self.asking = name, None
        self.transport.write(f"welcome {name}\n".encode())
        self.room.tell(f"* {name} joins", self)
        self.go_on()

    def connection_lost(self, error):
        self.room.visits.discard(self)
        if self.asking is not None:
            self.asking.cancel()
        self.gone()

    def gone(self):
        if self.name is not None and self.room.names.get(self.name) is self:
            del self.room.names[self.name]
            self.room.tell(f"* {self.name} leaves", self)


class Room:
    def __init__(self):
        self.names, self.visits = {}, set()

    def tell(self, text, but):
        for visit in list(self.names.values()):
            if visit is not but and visit.name is not None:
                visit.transport.write(f"{text}\n".encode())
                if visit.transport.get_write_buffer_size() > BACKLOG:
                    visit.transport.abort()
                    visit.gone()


async def serve(port):
    room = Room()
    server = await asyncio.get_running_loop().create_server(lambda: Visit(room), "127.0.0.1", port)
    try:
        await asyncio.Event().wait()
    finally:
        server.close()
        for visit in list(room.visits):
            visit.transport.abort()


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
