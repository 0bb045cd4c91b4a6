# Style: answers are written into a list from callbacks

import asyncio
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2


async def next_tram(client: httpx2.AsyncClient, line: str) -> str:
    response = await client.get(f"/next/{line}")
    response.raise_for_status()
    return response.text


async def main(port: int, lines: list[str]) -> None:
    print(f"asking {len(lines)} lines")
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        answers = [""] * len(lines)

        async def fill(slot: int) -> None:
            answers[slot] = await next_tram(client, lines[slot])

        tasks = {asyncio.create_task(fill(slot)) for slot in range(len(lines))}
        done, _ = await asyncio.wait(tasks)
        for task in done:
            task.result()
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
