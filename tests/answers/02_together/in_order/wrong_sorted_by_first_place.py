# Mistake: sorts by where a paragraph is found in the article: that is the first place for both, so the second moves up.
# Caught by: translate_all returns the translations in the order of the paragraphs

"""In order.

A newspaper has an article translated. The longer a paragraph is, the longer it takes, so all paragraphs are translated
at the same time. That is fast, but as handed out, the translated article is a jumble.

Once it is right, `python in_order.py` prints this (on the left: seconds from the start, not printed):

    0.78   De storm bereikte vannacht de kust.
    0.78   Niemand raakte gewond.
    0.78   De veerboten blijven vandaag in de haven.

The grader imports this file and calls translate_all itself: keep its name, its `async def`, and the last two lines.

Leave alone: `ARTICLE`, `DUTCH` and `translate`.

Required:
- translate_all returns the translations in the order of the paragraphs, as a list
- the program takes about 0.8 s
- a paragraph that occurs twice is translated in both places (such as "* * *")
- any number of paragraphs are translated at once, and none holds up another
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
    """The translator, who is slow."""
    await asyncio.sleep(0.02 * len(paragraph))
    return DUTCH[ARTICLE.index(paragraph)]


async def translate_all(paragraphs):
    found = []

    async def one(p):
        found.append((paragraphs.index(p), await translate(p)))

    await asyncio.gather(*map(one, paragraphs))
    return [t for _, t in sorted(found)]


async def main() -> None:
    for line in await translate_all(ARTICLE):
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
