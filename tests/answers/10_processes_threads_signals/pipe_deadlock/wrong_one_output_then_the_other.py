# Mistake: reads the page to its end before it looks at the complaints.
# Shows: deadlock
# Caught by: the tool may write any amount to its standard error

import asyncio
import sys
from asyncio.subprocess import PIPE


class TypesettingError(Exception):
    """The tool could not set the chapter."""


# Stands in for a real tool, so that this program runs by itself.
SCRIPT = """
import sys
for number, line in enumerate(sys.stdin, start=1):
    if len(line) > 72:
        sys.exit(f"line {number} is too wide")
    print(f"{number:6}  {line.strip()}")
"""
TOOL = [sys.executable, "-c", SCRIPT]


async def feed(writer: asyncio.StreamWriter, data: bytes) -> None:
    try:
        writer.write(data)
        await writer.drain()
    except ConnectionError:
        pass
    writer.close()


async def typeset(chapter: str) -> str:
    tool = await asyncio.create_subprocess_exec(*TOOL, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    assert tool.stdin and tool.stdout and tool.stderr

    feeding = asyncio.create_task(feed(tool.stdin, chapter.encode()))
    page = await tool.stdout.read()
    complaint = await tool.stderr.read()
    await feeding
    await tool.wait()

    if tool.returncode != 0:
        raise TypesettingError(complaint.decode().strip())
    return page.decode()


async def result(chapter: str) -> str:
    try:
        async with asyncio.timeout(2):
            lines = len((await typeset(chapter)).splitlines())
    except TypesettingError as error:
        return f"failed: {error}"
    except TimeoutError:
        return "given up after 2 s"
    return f"{lines} line{'s' * (lines != 1)}"


async def main(chapters: dict[str, str]) -> None:
    results = await asyncio.gather(*map(result, chapters.values()))
    for title, text in zip(chapters, results, strict=True):
        print(f"{title}: {text}")


if __name__ == "__main__":
    novel = "It was a dark and stormy night, and the ink would not dry.\n" * 20_000
    asyncio.run(main({"preface": "To my cat.\n", "index": f"A\n{'z' * 90}\n", "novel": novel}))
