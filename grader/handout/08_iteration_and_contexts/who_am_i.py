"""Who am I.

A wiki keeps an audit log: each line begins with the user in whose request it was written, or with "system". As long as
one request came at a time that was right. Now lines are signed by whoever signed in last, even those of the system.

Once it is right, `python who_am_i.py` prints this (on the left: seconds from the start, not printed):

    0.50   ida: saved terms
    0.50   ida: left
    0.60   tom: saved prices
    0.80   tom: saved map
    0.80   tom: left
    0.80   system: backup made

What may not change: sign_in, store and audit (when graded, others take their place), and how handle(token, pages) and
log(action) are called. A line that log writes within a request, also in tasks that the request started, is signed by
its user; any other, before, beside and after requests, by "system", also when store failed with OSError, which comes
out of handle. Requests do not wait for each other, and the pages of a request are stored at the same time.
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
