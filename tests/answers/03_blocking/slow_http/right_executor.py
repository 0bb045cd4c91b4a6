# Style: a pool as large as there are lines, with run_in_executor

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen


def fetch(url: str, timeout: float) -> bytes:
    with urlopen(url, timeout=timeout) as response:
        return response.read()


async def main(port: int, lines: list[str]) -> None:
    print(f"asking {len(lines)} lines")
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(len(lines)) as pool:
        calls = [partial(fetch, f"http://127.0.0.1:{port}/next/{line}", timeout=10) for line in lines]
        answers = [
            body.decode() for body in await asyncio.gather(*[loop.run_in_executor(pool, call) for call in calls])
        ]
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
