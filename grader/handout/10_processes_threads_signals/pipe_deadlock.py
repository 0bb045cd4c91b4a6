"""The typesetter

A small press sends each chapter of a book through a typesetting tool: the chapter goes to the tool's standard input,
the page comes from its standard output, and complaints come from its standard error. A preface is ready at once. With a
whole novel, nothing happens any more: the tool does not end, and the program waits. As handed out, the program gives
the novel up after 2 s. Once it is right, it prints this at once:

    preface: 1 line
    index: failed: line 2 is too wide
    novel: 20000 lines

Leave alone: `TypesettingError`, `SCRIPT`, `TOOL`, `result` and `main`.
The grader puts another command into TOOL, which reads, writes and ends in other ways.

Required of the coroutine function `typeset(chapter)`:
- it sends the chapter to the standard input of the tool, and returns what the tool wrote to its standard output
- the chapter and the page may be of any length, and may contain any characters
- the tool may write before it reads, or while it reads, to both of its outputs
- if the exit status is 0, the page counts, whatever the tool wrote to its standard error
- if it is not 0, typeset raises TypesettingError with what the tool wrote to its standard error, without white space
  around it, whatever it wrote to its standard output
- a tool that ends before it has read the whole chapter is judged by its exit status like any other
- the tool runs once for each chapter, and for several chapters at the same time
"""

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


async def typeset(chapter: str) -> str:
    tool = await asyncio.create_subprocess_exec(*TOOL, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    assert tool.stdin and tool.stdout and tool.stderr
    tool.stdin.write(chapter.encode())
    await tool.stdin.drain()
    tool.stdin.close()
    if await tool.wait() != 0:
        raise TypesettingError((await tool.stderr.read()).decode().strip())
    return (await tool.stdout.read()).decode()


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
