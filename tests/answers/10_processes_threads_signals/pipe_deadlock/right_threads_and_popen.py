# Style: Popen, with a thread for each pipe

import asyncio
import contextlib
import subprocess
import sys


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


def feed(stream, data):
    with contextlib.suppress(OSError), stream:
        stream.write(data)


async def typeset(chapter):
    with subprocess.Popen(TOOL, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
        _, page, complaint = await asyncio.gather(
            asyncio.to_thread(feed, tool.stdin, chapter.encode("utf-8")),
            asyncio.to_thread(tool.stdout.read),
            asyncio.to_thread(tool.stderr.read),
        )
        await asyncio.to_thread(tool.wait)
    if tool.returncode != 0:
        raise TypesettingError(complaint.decode("utf-8").strip())
    return page.decode("utf-8")


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
