# Style: a task that owns the connection takes questions from a queue; no lock is needed.

import asyncio
import queue
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


async def clerk(questions, reader, writer):
    while True:
        card, tell = await questions.get()
        writer.write(f"{card}\n".encode())
        tell((await reader.readline()).decode().strip())


async def main(port, gates):
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    questions = asyncio.Queue()
    working = asyncio.create_task(clerk(questions, reader, writer))

    def valid(card):
        answers = queue.SimpleQueue()
        loop.call_soon_threadsafe(questions.put_nowait, (card, answers.put))
        answer = answers.get()
        if answer == "unknown":
            raise LookupError("unknown card")
        return answer == "valid"

    try:
        async with asyncio.TaskGroup() as group:
            for gate in gates:
                group.create_task(asyncio.to_thread(drive, gate, valid))
    finally:
        working.cancel()
        writer.close()
        await writer.wait_closed()


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
