# Style: each task writes into its own place of the list.

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
    translated = [""] * len(paragraphs)

    async def translate_one(place: int) -> None:
        translated[place] = await translate(paragraphs[place])

    await asyncio.gather(*[translate_one(place) for place in range(len(paragraphs))])
    return translated


async def main() -> None:
    for line in await translate_all(ARTICLE):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
