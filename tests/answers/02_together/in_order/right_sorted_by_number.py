# Style: as_completed with numbers, sorted at the end.

import asyncio

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


async def numbered(number: int, paragraph: str) -> tuple[int, str]:
    return number, await translate(paragraph)


async def translate_all(paragraphs: list[str]) -> list[str]:
    waiting = [numbered(number, paragraph) for number, paragraph in enumerate(paragraphs)]
    pairs = [await pair for pair in asyncio.as_completed(waiting)]
    return [text for _, text in sorted(pairs)]


async def main() -> None:
    for line in await translate_all(ARTICLE):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
