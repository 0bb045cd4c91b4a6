# Mistake: puts a backslash before the characters of which it has thought.
# Caught by: the shell's special characters are words, and no command is run

import asyncio
import os
import re
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
    command = " ".join([*TOOL, "--", re.sub("([ ;&|'\"\\\\])", r"\\\1", words), ARCHIVE])
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
