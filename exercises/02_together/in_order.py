"""In order.

A newspaper has an article translated, all paragraphs at the same time because the translator is slow: the longer a
paragraph, the longer it takes. It is fast now, but the article that comes back is a jumble.

Once it is right, `python in_order.py` prints this (on the left: seconds from the start, not printed):

    0.78   De storm bereikte vannacht de kust.
    0.78   Niemand raakte gewond.
    0.78   De veerboten blijven vandaag in de haven.

What may not change: translate (when graded, another one with other answers and other delays takes its place);
translate_all(paragraphs) returns the list of the translations, the first of the first paragraph and so on; all
paragraphs are at the translator at the same time; the lines printed. The same paragraph, such as "* * *", may occur
more than once.
"""

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
    """The translator (slow; leave it as it is)."""
    await asyncio.sleep(0.02 * len(paragraph))
    return DUTCH[ARTICLE.index(paragraph)]


async def translate_all(paragraphs: list[str]) -> list[str]:
    translated: list[str] = []

    async def translate_one(paragraph: str) -> None:
        translated.append(await translate(paragraph))

    await asyncio.gather(*[translate_one(paragraph) for paragraph in paragraphs])
    return translated


async def main() -> None:
    for line in await translate_all(ARTICLE):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
