# Mistake: looks the place up by the paragraph, which finds only the first of two alike.
# Caught by: a paragraph that occurs twice is translated in both places

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

    async def translate_one(paragraph: str) -> None:
        text = await translate(paragraph)
        translated[paragraphs.index(paragraph)] = text

    await asyncio.gather(*[translate_one(paragraph) for paragraph in paragraphs])
    return translated


async def main() -> None:
    for line in await translate_all(ARTICLE):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
