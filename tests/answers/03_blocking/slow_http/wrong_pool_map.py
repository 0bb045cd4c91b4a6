# Mistake: threads for the requests, while main blocks until they are done.
# Shows: blocking-call
# Caught by: the event loop is free while the server is asked

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen


def next_tram(port: int, line: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}/next/{line}") as response:
        return str(response.read(), "utf-8")


async def main(port: int, lines: list[str]) -> None:
    print(f"asking {len(lines)} lines")
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda line: next_tram(port, line), lines))
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
