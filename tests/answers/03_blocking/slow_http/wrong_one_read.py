# Mistake: takes what one read brings for the whole answer.
# Caught by: each answer is printed, in the order of the lines

import asyncio
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


async def next_tram(port: int, line: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /next/{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.read(65536)
    writer.close()
    await writer.wait_closed()
    if head.split()[1] != b"200":
        raise ConnectionError(head)
    return body.decode()


async def main(port: int, lines: list[str]) -> None:
    print(f"asking {len(lines)} lines")
    answers = await asyncio.gather(*(next_tram(port, line) for line in lines))
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
