# Style: map under gather, with progress on standard error.

import asyncio
import sys

ARTICLE = [
    "The storm reached the coast last night.",
    "Nobody was hurt.",
    "Ferries stay in port today.",
]
DUTCH = [
    "De storm bereikte vannacht de kust.",
    "Niemand raakte gewond.",
    "De veerboten blijven vandaag in de haven.",
]


async def translate(paragraph: str) -> str:
    """The translator, who is slow."""
    await asyncio.sleep(0.02 * len(paragraph))
    return DUTCH[ARTICLE.index(paragraph)]


async def noted(paragraph: str) -> str:
    text = await translate(paragraph)
    print("done:", text, file=sys.stderr)
    return text


async def translate_all(paragraphs: list[str]) -> list[str]:
    return list(await asyncio.gather(*map(noted, paragraphs)))


async def main() -> None:
    for line in await translate_all(ARTICLE):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
