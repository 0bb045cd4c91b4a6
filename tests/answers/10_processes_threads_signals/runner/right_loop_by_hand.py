# Style: an event loop by hand, which is closed at the end.

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


def console(port):
    loop = asyncio.new_event_loop()
    try:
        line = Line()
        loop.run_until_complete(line.open(port))
        try:
            number = 1
            while command := read_command(number):
                try:
                    answer = loop.run_until_complete(line.ask(command))
                except Exception as error:
                    answer = error
                print(f"{command}: {answer}")
                number += 1
        finally:
            loop.run_until_complete(line.close())
    finally:
        loop.close()


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
