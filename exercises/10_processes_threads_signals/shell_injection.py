"""The archive

A newspaper lets its readers search its archive: the words that a reader types are given to a search tool, which counts
the lines in which they occur. As handed out, rock & roll is never found, O'Brien is an error, and one reader has just
read the staff list. Once it is right, the program prints this:

    tide: 2
    rock & roll: 1
    O'Brien: 1
    -5 degrees: 1
    tide archive.txt; cat staff.txt #: 0

Leave alone: `TOOL`, `ARCHIVE`, `FILES` and `main`.
The grader puts another command into TOOL, which understands the options of grep. Like grep, it takes all arguments
after `--` for words and files, and none of them for an option.

Required of the coroutine function `search(words)`:
- it runs the tool once, with the words and ARCHIVE as its last two arguments
- the words are one argument, exactly as the reader typed them: with spaces, quotes, line breaks and characters that
  mean something to a shell; they may be empty
- words that begin with - are words as well, not options
- it returns what the tool wrote to its standard output, without white space around it
- several searches run at the same time
"""

import asyncio
import os
import tempfile
from asyncio.subprocess import PIPE

TOOL = ["grep", "-c", "-F"]
ARCHIVE = "archive.txt"
FILES = {
    "archive.txt": "High tide at 4\nLow tide, -5 degrees\nRock & roll is dead\nrock & roll is back\n"
    "O'Brien wins again\n31 degrees in the shade\n",
    "staff.txt": "Ada Brown, 14 Mill Lane\n",
}


async def search(words: str) -> str:
    command = " ".join([*TOOL, words, ARCHIVE])
    tool = await asyncio.create_subprocess_shell(command, stdout=PIPE)
    output, _ = await tool.communicate()
    return output.decode().strip()


async def main(searches: list[str]) -> None:
    counts = await asyncio.gather(*map(search, searches))
    for words, count in zip(searches, counts, strict=True):
        print(f"{words}: {count}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, text in FILES.items():
            with open(name, "w") as file:
                file.write(text)
        asyncio.run(main(["tide", "rock & roll", "O'Brien", "-5 degrees", "tide archive.txt; cat staff.txt #"]))
