# Mistake: takes the white space off the words.
# Caught by: words with spaces or line breaks are one argument, even empty ones

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
    tool = await asyncio.create_subprocess_exec(*TOOL, "--", words.strip(), ARCHIVE, stdout=PIPE)
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
