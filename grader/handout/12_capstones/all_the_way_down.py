"""All the way down

A hatchery of sea turtles has a web service. The page of a nest shows the keeper's note, which is in a file, the
temperatures, which are in a database, and the tide, for which another service is asked. Keepers send new temperatures,
which go into the database and into a journal. Every function is `async def`, but below each `await` there is a call
that blocks. As handed out, a visitor who wants to see some turtles waits for the page that somebody else asked for.

Once it is right, `python all_the_way_down.py` prints this, with some turtles every 0.2 s, and the page of a nest after
0.9 s:

    open
    🐢
    🐢🐢
    🐢🐢🐢
    🐢🐢🐢🐢
    note: 80 eggs
    temperatures: 28.5, 29.1
    tide: high at 17:40

Leave alone: `PAUSE`, `TRIES`, `TideStation`, `furnish`, `make_slow`, `ask`, `until_open` and `main`.

Required of the coroutine function `serve(port, tide_port, folder)`:
- it listens on 127.0.0.1; `GET /turtles/4` is answered with 4 turtles, and any other path with status 404
- `GET /nests/olive` is answered with three lines: the text of `notes/olive.txt` in the folder, the nest's temperatures
  in `readings.db` in the order of their numbers, and the answer to `GET /tide/olive` on the port `tide_port`
- while a note is slow to read, the other visitors are answered
- while the database is locked (for up to 3 s), the other visitors are answered; this holds for reading and for writing
- while the tide station is slow, the other visitors are answered
- if the tide station answers with status 503, it is asked again after PAUSE seconds, TRIES times in all; meanwhile the
  other visitors are answered
- the tide is "unknown" after that, after any other error status, and if the station gives no answer
- a page takes as long as the slowest of its three parts
- `POST /nests/olive` with a temperature adds it to the database with the next number, and to `journal.txt` as the line
  `olive 28.5`; the answer is the number, and comes when both are done
- while the journal is slow, the other visitors are answered
- temperatures that are sent at the same time get different numbers, and none is lost
- visitors who vanish, or who send half a request and wait, do not disturb the others You may use aiosqlite and httpx2,
  which come with this kit.
"""

import asyncio
import os
import socket
import sqlite3
import tempfile
import threading
import time
from contextlib import closing
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

PAUSE = 0.5
TRIES = 3


async def fetch(url: str) -> tuple[int, str]:
    """Status and text of an answer; status 0 if there was none."""
    try:
        with urlopen(url) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, ""
    except OSError:
        return 0, ""


async def pause() -> None:
    time.sleep(PAUSE)


class Hatchery:
    """Everything that is known of the nests."""

    def __init__(self, tide_port: int, folder: str) -> None:
        self.tide_port = tide_port
        self.folder = Path(folder)

    async def note(self, nest: str) -> str:
        path = self.folder / "notes" / f"{nest}.txt"
        return path.read_text().strip() if path.exists() else "none"

    async def temperatures(self, nest: str) -> str:
        with closing(sqlite3.connect(self.folder / "readings.db")) as db:
            rows = db.execute("SELECT degrees FROM readings WHERE nest = ? ORDER BY number", (nest,)).fetchall()
        return ", ".join(str(degrees) for (degrees,) in rows) or "none"

    async def tide(self, nest: str) -> str:
        for attempt in range(TRIES):
            if attempt > 0:
                await pause()
            status, text = await fetch(f"http://127.0.0.1:{self.tide_port}/tide/{nest}")
            if status == 200:
                return text
            if status != 503:
                break
        return "unknown"

    async def store(self, nest: str, degrees: float) -> int:
        with closing(sqlite3.connect(self.folder / "readings.db")) as db:
            (last,) = db.execute("SELECT max(number) FROM readings").fetchone()
            number = (last or 0) + 1
            with db:
                db.execute("INSERT INTO readings VALUES (?, ?, ?)", (number, nest, degrees))
        return number

    async def write_journal(self, nest: str, degrees: float) -> None:
        with open(self.folder / "journal.txt", "a") as journal:
            journal.write(f"{nest} {degrees}\n")


async def page(hatchery: Hatchery, nest: str) -> str:
    note = await hatchery.note(nest)
    temperatures = await hatchery.temperatures(nest)
    tide = await hatchery.tide(nest)
    return f"note: {note}\ntemperatures: {temperatures}\ntide: {tide}\n"


async def answer(hatchery: Hatchery, method: str, path: str, body: str) -> tuple[str, str]:
    """Status and text for a request."""
    match (method, *path.strip("/").split("/")):
        case "GET", "turtles", count:
            return "200 OK", "🐢" * int(count)
        case "GET", "nests", nest:
            return "200 OK", await page(hatchery, nest)
        case "POST", "nests", nest:
            number = await hatchery.store(nest, float(body))
            await hatchery.write_journal(nest, float(body))
            return "200 OK", str(number)
    return "404 Not Found", "no such page"


async def visit(hatchery: Hatchery, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One visitor, who has one request."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        length = next((int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0)
        body = (await reader.readexactly(length)).decode()
        status, text = await answer(hatchery, method, path, body)
        content = text.encode()
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode())
        writer.write(content)
        await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the visitor has gone
    finally:
        writer.close()


async def serve(port: int, tide_port: int, folder: str) -> None:
    hatchery = Hatchery(tide_port, folder)
    server = await asyncio.start_server(partial(visit, hatchery), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


class TideStation(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        time.sleep(0.9)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"high at 17:40")

    def log_message(self, *_: object) -> None:
        """Quiet."""


def furnish(folder: Path) -> None:
    (folder / "notes").mkdir()
    os.mkfifo(folder / "notes" / "olive.txt")
    with sqlite3.connect(folder / "readings.db") as office:
        office.execute("CREATE TABLE readings (number INTEGER, nest TEXT, degrees REAL)")
        office.executemany("INSERT INTO readings VALUES (?, 'olive', ?)", [(1, 28.5), (2, 29.1)])


def make_slow(folder: Path) -> None:
    """The note arrives after 0.5 s, and an office has locked the database for 0.6 s."""
    threading.Timer(0.5, (folder / "notes" / "olive.txt").write_text, ["80 eggs\n"]).start()
    office = sqlite3.connect(folder / "readings.db", check_same_thread=False)
    office.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.6, office.rollback).start()


async def ask(port: int, path: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: hatchery\r\n\r\n".encode())
    response = (await reader.read()).decode()
    writer.close()
    return response.partition("\r\n\r\n")[2]


async def until_open(port: int) -> None:
    while True:
        try:
            await ask(port, "/turtles/0")
            return
        except ConnectionRefusedError:
            await asyncio.sleep(0.01)


async def main() -> None:
    tide_station = ThreadingHTTPServer(("127.0.0.1", 0), TideStation)
    threading.Thread(target=tide_station.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        furnish(Path(folder))
        service = asyncio.create_task(serve(port, tide_station.server_port, folder))
        await until_open(port)
        print("open")
        make_slow(Path(folder))
        nest = asyncio.create_task(ask(port, "/nests/olive"))
        for turtles in range(1, 5):
            await asyncio.sleep(0.2)
            print(await ask(port, f"/turtles/{turtles}"))
        print(await nest, end="")
        service.cancel()


if __name__ == "__main__":
    asyncio.run(main())
