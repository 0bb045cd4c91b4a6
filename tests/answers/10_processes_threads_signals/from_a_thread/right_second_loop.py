# Style: the connection has a loop and a thread of its own, in which all questions are asked.

import asyncio
import threading
import time
from collections.abc import Callable

CARDS = {"north": ["Ana", "Cleo"], "south": ["Ben", "Dan"]}
SECONDS = {"Ana": 0.2, "Ben": 0.3, "Cleo": 0.4, "Dan": 0.5}
ANSWERS = {"Ana": "valid", "Ben": "expired", "Dan": "valid"}


def read_card(gate: str, card: str) -> None:
    """Block until this card is held to the gate."""
    time.sleep(SECONDS[card])


def show(gate: str, card: str, colour: str) -> None:
    print(f"{gate}: {card} {colour}")


def drive(gate: str, valid: Callable[[str], bool]) -> None:
    for card in CARDS[gate]:
        read_card(gate, card)
        try:
            show(gate, card, "green" if valid(card) else "red")
        except Exception as error:
            show(gate, card, f"yellow: {error}")


class Office:
    def __init__(self, port: int) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.free = asyncio.Lock()
        self.reader, self.writer = self.call(asyncio.open_connection("127.0.0.1", port))

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    def valid(self, card: str) -> bool:
        answer = self.call(self.ask(card))
        if answer == "unknown":
            raise LookupError("unknown card")
        return answer == "valid"

    async def ask(self, card: str) -> str:
        async with self.free:
            self.writer.write(f"{card}\n".encode())
            return (await self.reader.readline()).decode().strip()

    async def hang_up(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()

    def close(self) -> None:
        self.call(self.hang_up())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


async def main(port: int, gates: list[str]) -> None:
    office = await asyncio.to_thread(Office, port)
    await asyncio.gather(*(asyncio.to_thread(drive, gate, office.valid) for gate in gates))
    await asyncio.to_thread(office.close)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # the office
    while card := (await reader.readline()).decode().strip():
        await asyncio.sleep(0.3)
        writer.write(f"{ANSWERS.get(card, 'unknown')}\n".encode())
    writer.close()


async def evening() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    await main(server.sockets[0].getsockname()[1], list(CARDS))
    await asyncio.sleep(0.1)  # the office has seen the end of the connection by then


if __name__ == "__main__":
    asyncio.run(evening())
