# Mistake: hands ten paragraphs at a time to gather.
# Caught by: any number of paragraphs are translated at once, and none holds up another

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


async def translate_all(paragraphs: list[str]) -> list[str]:
    translated: list[str] = []
    for first in range(0, len(paragraphs), 10):
        translated += await asyncio.gather(*map(translate, paragraphs[first : first + 10]))
    return translated


async def main() -> None:
    for line in await translate_all(ARTICLE):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
