# Mistake: an error of one visitor closes the service for all.
# Caught by: visitors who vanish or wait do not disturb the others

import asyncio
import os
import socket
import sqlite3
import tempfile
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import aiosqlite
import httpx2

PAUSE = 0.5
TRIES = 3


async def fetch(client: httpx2.AsyncClient, url: str) -> tuple[int, str]:
    """Status and text of an answer; status 0 if there was none."""
    try:
        response = await client.get(url)
    except httpx2.HTTPError:
        return 0, ""
    return response.status_code, response.text


async def pause() -> None:
    await asyncio.sleep(PAUSE)


class Hatchery:
    """Everything that is known of the nests."""

    def __init__(self, tide_port: int, folder: str, client: httpx2.AsyncClient) -> None:
        self.tide_port = tide_port
        self.folder = Path(folder)
        self.client = client
        self.closed = asyncio.Event()

    async def note(self, nest: str) -> str:
        def read() -> str:
            path = self.folder / "notes" / f"{nest}.txt"
            return path.read_text().strip() if path.exists() else "none"

        return await asyncio.to_thread(read)

    async def temperatures(self, nest: str) -> str:
        async with aiosqlite.connect(self.folder / "readings.db") as db:
            query = "SELECT degrees FROM readings WHERE nest = ? ORDER BY number"
            rows = await db.execute_fetchall(query, (nest,))
        return ", ".join(str(degrees) for (degrees,) in rows) or "none"

    async def tide(self, nest: str) -> str:
        for attempt in range(TRIES):
            if attempt > 0:
                await pause()
            status, text = await fetch(self.client, f"http://127.0.0.1:{self.tide_port}/tide/{nest}")
            if status == 200:
                return text
            if status != 503:
                break
        return "unknown"

    async def store(self, nest: str, degrees: float) -> int:
        statement = "INSERT INTO readings SELECT coalesce(max(number), 0) + 1, ?, ? FROM readings RETURNING number"
        async with aiosqlite.connect(self.folder / "readings.db") as db:
            [(number,)] = await db.execute_fetchall(statement, (nest, degrees))
            await db.commit()
        return int(number)

    async def write_journal(self, nest: str, degrees: float) -> None:
        def write() -> None:
            with open(self.folder / "journal.txt", "a") as journal:
                journal.write(f"{nest} {degrees}\n")

        await asyncio.to_thread(write)


async def page(hatchery: Hatchery, nest: str) -> str:
    note, temperatures, tide = await asyncio.gather(
        hatchery.note(nest), hatchery.temperatures(nest), hatchery.tide(nest)
    )
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
    except Exception:
        hatchery.closed.set()
        raise
    finally:
        writer.close()


async def serve(port: int, tide_port: int, folder: str) -> None:
    async with await asyncio.to_thread(httpx2.AsyncClient, timeout=None, trust_env=False) as client:
        hatchery = Hatchery(tide_port, folder, client)
        server = await asyncio.start_server(partial(visit, hatchery), "127.0.0.1", port)
        async with server:
            await hatchery.closed.wait()


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
