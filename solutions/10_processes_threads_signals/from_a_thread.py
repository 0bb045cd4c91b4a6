"""Two gates, one office.

A swimming pool has two gates. The driver of a gate blocks, so each driver runs in a thread of its own. It calls
`valid` for every card, and that function asks the office. As handed out, the gates show errors instead of answers.

Once it is right, `python from_a_thread.py` prints this (the seconds on the left are not printed):

    0.5   north: Ana green
    0.8   south: Ben red
    1.2   north: Cleo yellow: unknown card
    1.6   south: Dan green

Leave alone: `CARDS`, `SECONDS`, `ANSWERS`, `read_card`, `show`, `drive`, `answer` and `evening`.

Required of the coroutine function `main(port, gates)`:
- it runs drive for all gates at the same time, and returns when all of them have returned
- a card is shown green if the office answers "valid", yellow with an error if it answers "unknown", and red otherwise
- the office at that port is asked about each card once, one question at a time
- there is one connection to the office, and main closes it before it returns
- a card waits only until the office is free and has answered
- the event loop is free for other tasks while the gates wait for cards and for the office
"""

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
    # The connection and the lock belong to the loop on which they were made: asyncio.run would make another one.
    loop = asyncio.get_running_loop()

    def valid(card: str) -> bool:
        # The loop runs ask, and this thread blocks until it has: result returns what ask returned, or raises its error.
        return asyncio.run_coroutine_threadsafe(ask(reader, writer, free, card), loop).result()

    await asyncio.gather(*(asyncio.to_thread(drive, gate, valid) for gate in gates))
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
