# Mistake: prints the answers in the order in which they arrive.
# Shows: wrong-order
# Caught by: each answer is printed, in the order of the lines

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
