# Mistake: asks with an asynchronous client, and awaits each answer before the next question.
# Shows: sequential-await
# Caught by: all lines are asked for at the same time

import asyncio
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2


async def main(port: int, lines: list[str]) -> None:
    print(f"asking {len(lines)} lines")
    answers = []
    async with httpx2.AsyncClient() as client:
        for line in lines:
            answers.append((await client.get(f"http://127.0.0.1:{port}/next/{line}")).text)
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
