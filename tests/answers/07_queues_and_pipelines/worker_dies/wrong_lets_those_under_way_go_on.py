# Mistake: no more photos begin after an exception, but those under way go on.
# Caught by: after any other exception, no photo is begun; the rest are cancelled

import asyncio

WORKERS = 2
PHOTOS = ["beach", "blurred", "garden", "torn", "harbour", "station"]


async def archive(photo: str) -> None:
    """Archive one photo; raises ValueError when it is damaged (leave it as it is)."""
    await asyncio.sleep(0.5 if photo == "harbour" else 0.3)
    if photo in ("blurred", "torn"):
        raise ValueError(f"{photo} is damaged")
    print(f"{photo} archived")


async def archive_all(photos):
    left, damaged = list(photos), []

    async def work():
        while left:
            photo = left.pop(0)
            try:
                await archive(photo)
            except ValueError:
                damaged.append(photo)
            except Exception:
                left.clear()
                raise

    await asyncio.gather(*[work() for _ in range(WORKERS)])
    return damaged


if __name__ == "__main__":
    print("damaged:", ", ".join(asyncio.run(archive_all(PHOTOS))))
