# Mistake: prints what the server says about its own error as if it were a time.
# Caught by: an answer with an error status is not printed; main raises an exception

import asyncio
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2


async def next_tram(client: httpx2.AsyncClient, line: str) -> str:
    response = await client.get(f"/next/{line}")
    return response.text


async def main(port: int, lines: list[str]) -> None:
    print(f"asking {len(lines)} lines")
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        answers = await asyncio.gather(*(next_tram(client, line) for line in lines))
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
