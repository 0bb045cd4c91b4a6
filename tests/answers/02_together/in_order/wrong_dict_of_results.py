# Mistake: a dict keeps the order of insertion, which is the order of completion.
# Shows: wrong-order
# Caught by: translate_all returns the translations in the order of the paragraphs

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
    translated: dict[str, str] = {}

    async def translate_one(paragraph: str) -> None:
        translated[paragraph] = await translate(paragraph)

    await asyncio.gather(*[translate_one(paragraph) for paragraph in paragraphs])
    return list(translated.values())


async def main() -> None:
    for line in await translate_all(ARTICLE):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
