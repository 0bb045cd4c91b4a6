# Mistake: sends MAILERS letters, waits for all of them, and only then sends the next.
# Caught by: at most MAILERS letters at once, and no mailer is idle

import asyncio

MAILERS = 2
ADDRESSES = ["ada", "bob", "ada", "cleo", "bob", "dan"]
SECONDS = {"ada": 0.3, "bob": 0.5, "cleo": 0.5, "dan": 0.6}


async def send(address: str) -> None:
    """Send one letter (leave it as it is)."""
    await asyncio.sleep(SECONDS[address])
    print(f"sent to {address}")


async def send_all(addresses: list[str]) -> int:
    different = list(dict.fromkeys(addresses))
    for start in range(0, len(different), MAILERS):
        await asyncio.gather(*map(send, different[start : start + MAILERS]))
    return len(different)


if __name__ == "__main__":
    print(asyncio.run(send_all(ADDRESSES)), "letters sent")
