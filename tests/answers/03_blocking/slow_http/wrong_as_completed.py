# Mistake: prints the answers in the order in which they arrive.
# Shows: wrong-order
# Caught by: each answer is printed, in the order of the lines

"""A board at a tram stop asks a server on this machine when the next trams leave, one request for each line.

The server needs 0.5 s for an answer and has no trouble with several requests at once. Once it is right, all lines are
asked at the same time, and the program ends after about 0.5 s (today 2 s):

    asking 4 lines
    harbour: leaves in 7 min
    museum: leaves in 6 min
    airport: leaves in 7 min
    zoo: leaves in 3 min

What may not change: `main(port, lines)` is a coroutine function. For each line it makes the request
`GET http://127.0.0.1:PORT/next/LINE`, once, and prints `LINE: ` and the text that came back, in the order of `lines`.
While it waits, the event loop is free for everything else. You may use httpx2: it comes with this kit.
"""

import asyncio
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen


def next_tram(port: int, line: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}/next/{line}") as response:
        return str(response.read(), "utf-8")


async def main(port: int, lines: list[str]) -> None:
    print(f"asking {len(lines)} lines")

    async def ask(line: str) -> tuple[str, str]:
        return line, await asyncio.to_thread(next_tram, port, line)

    asking = [ask(line) for line in reversed(lines)]
    pairs = [await answer for answer in asyncio.as_completed(asking)]
    lines = [line for line, _ in pairs]
    answers = [answer for _, answer in pairs]
    for line, answer in zip(lines, answers, strict=True):
        print(f"{line}: {answer}")


class Timetable(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        time.sleep(0.5)
        body = f"leaves in {len(self.path.removeprefix('/next/'))} min".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Timetable)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asyncio.run(main(server.server_port, ["harbour", "museum", "airport", "zoo"]))
