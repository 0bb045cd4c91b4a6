"""Who am I.

A wiki keeps an audit log. Each line begins with the user whose request wrote it, or with "system". That was right as
long as only one request came at a time. Now lines are signed with the name of the last user who signed in, even the
lines of the system.

Once it is right, `python who_am_i.py` prints this (the seconds on the left are not printed):

    0.50   ida: saved terms
    0.50   ida: left
    0.60   tom: saved prices
    0.80   tom: saved map
    0.80   tom: left
    0.80   system: backup made

Leave alone: `sign_in`, `store`, `audit`, `save` and `main`.
(When graded, save logs more lines, and starts tasks that log later. So log(action) and handle(token, pages) must stay
callable as they are here.)

Required:
- the program signs each line with the right user
- with several requests at once, each line has the user of its own request, even in tasks that the request started
- no request waits for another, and the pages of a request are stored at the same time
- outside of requests, lines are signed by the system, even after a request that failed or was cancelled
- an exception of sign_in or store comes out of handle as it is
"""

import asyncio


async def sign_in(token: str) -> str:
    """The user to whom the token belongs (leave it as it is)."""
    await asyncio.sleep(0.1 if token == "t-1" else 0.3)
    return {"t-1": "ida", "t-2": "tom"}[token]


async def store(page: str) -> None:
    """Stores a page; may raise OSError (leave it as it is)."""
    await asyncio.sleep({"terms": 0.4, "prices": 0.3, "map": 0.5}[page])


async def audit(line: str) -> None:
    """Writes a line of the audit log (leave it as it is)."""
    print(line)


current_user = "system"


async def log(action: str) -> None:
    await audit(f"{current_user}: {action}")


async def save(page: str) -> None:
    """Stores a page and logs it (leave it as it is)."""
    await store(page)
    await log(f"saved {page}")


async def handle(token: str, pages: list[str]) -> None:
    global current_user
    current_user = await sign_in(token)
    await asyncio.gather(*[save(page) for page in pages])
    await log("left")


async def main() -> None:
    await asyncio.gather(handle("t-1", ["terms"]), handle("t-2", ["prices", "map"]))
    await log("backup made")


if __name__ == "__main__":
    asyncio.run(main())
