# Style: the loop runs in a thread for as long as the console needs it.

import asyncio
import itertools
import socketserver
import threading
import time

COMMANDS = {1: "open roof", 2: "heat", 3: "dance", 4: "close roof"}
ANSWERS = {"open roof": "done", "heat": "21 degrees", "close roof": "done"}


def read_command(number: int) -> str:
    """Block until the user has entered a command."""
    time.sleep(0.1)
    return COMMANDS.get(number, "")


class Line:
    async def open(self, port: int) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)

    async def ask(self, command: str) -> str:
        self.writer.write(f"{command}\n".encode())
        if (answer := (await self.reader.readline()).decode().strip()) == "refused":
            raise ValueError(answer)
        return answer

    async def close(self) -> None:
        self.writer.write(b"bye\n")
        self.writer.close()
        await self.writer.wait_closed()


class Client:
    """The line, for code that is not asynchronous."""

    def __init__(self, port: int) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.line = Line()
        self.call(self.line.open(port))

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    def ask(self, command: str) -> str:
        try:
            return self.call(self.line.ask(command))
        except Exception as error:
            return str(error)

    def close(self) -> None:
        self.call(self.line.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def console(port: int) -> None:
    client = Client(port)
    try:
        for number in itertools.count(1):
            command = read_command(number)
            if not command:
                break
            print(f"{command}: {client.ask(command)}")
    finally:
        client.close()


class Greenhouse(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while (command := self.rfile.readline().decode().strip()) not in ("", "bye"):
            time.sleep(0.2)
            self.wfile.write(f"{ANSWERS.get(command, 'refused')}\n".encode())


if __name__ == "__main__":
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greenhouse)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    console(server.server_address[1])
