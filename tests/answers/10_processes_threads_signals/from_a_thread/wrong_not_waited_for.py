# Mistake: starts the gates in threads and does not wait for them.
# Caught by: all gates are open at once, and main returns after the last card

import asyncio
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


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, free: asyncio.Lock, card: str) -> bool:
    async with free:
        writer.write(f"{card}\n".encode())
        reply = (await reader.readline()).decode().strip()
    if reply == "unknown":
        raise LookupError("unknown card")
    return reply == "valid"


async def main(port: int, gates: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    free = asyncio.Lock()
    loop = asyncio.get_running_loop()

    def valid(card: str) -> bool:
        return asyncio.run_coroutine_threadsafe(ask(reader, writer, free, card), loop).result()

    for gate in gates:
        loop.run_in_executor(None, drive, gate, valid)
    await asyncio.sleep(2)
    writer.close()


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
