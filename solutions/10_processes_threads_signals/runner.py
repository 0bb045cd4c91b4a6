"""The console of the greenhouse.

The console is a plain program: it reads a command, sends it to the greenhouse, prints the answer, and reads the next
command. Only the line to the greenhouse is asynchronous. As handed out, the console fails at the first command.

Once it is right, `python runner.py` prints this (the seconds on the left are not printed):

    0.4   open roof: done
    0.7   heat: 21 degrees
    1.0   dance: refused
    1.3   close roof: done

Leave alone: `COMMANDS`, `ANSWERS`, `read_command`, `Line` and `Greenhouse`.

Required of the function `console(port)`:
- it sends each command as soon as it has been read, and prints the answer before it reads the next one
- if the greenhouse refuses a command, it prints the error of `ask` and goes on
- it opens one line to the greenhouse at that port, and sends all commands over it
- at an empty command it closes the line with `close`, which says "bye" to the greenhouse, and returns
- an error of `open` or read_command comes out of it, and so does Ctrl-C during `ask`, after the line has been closed
"""

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
    # asyncio.run makes a loop for one call and closes it. A connection belongs to the loop on which it was opened, so
    # all calls need the same one: a Runner keeps it open between its calls.
    with asyncio.Runner() as runner:
        runner.run(line.open(port))
        try:
            for number in itertools.count(1):
                if not (command := read_command(number)):
                    break
                try:
                    print(f"{command}: {runner.run(line.ask(command))}")
                except Exception as error:
                    print(f"{command}: {error}")
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
