# Mistake: no queue, and one letter after the other.
# Shows: sequential-await
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
    reached: set[str] = set()
    for address in addresses:
        if address not in reached:
            await send(address)
            reached.add(address)
    return len(reached)


if __name__ == "__main__":
    print(asyncio.run(send_all(ADDRESSES)), "letters sent")
