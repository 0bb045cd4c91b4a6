# Mistake: goes on after a refused command without a line for it.
# Caught by: each answer is printed, or in its place the error of ask

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


def console(port: int) -> None:
    line = Line()
    with asyncio.Runner() as runner:
        runner.run(line.open(port))
        try:
            for number in itertools.count(1):
                if not (command := read_command(number)):
                    break
                try:
                    print(f"{command}: {runner.run(line.ask(command))}")
                except Exception:
                    pass
        finally:
            runner.run(line.close())


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
