"""Pages on kinds of mistake, as a part of a page in HTML: the little Markdown that they are written in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from grader.report.mistake import FENCE, INLINE, blocks, items
from grader.text import clean

_TAGS = {"code": "code", "stress": "em"}
_LEVEL = 2
"""Its headings are so much below those of the page that it becomes a part of."""


def as_html(text: str) -> Markup:
    """The page; every text of it is escaped, and its links lead only to where https does."""
    return Markup("\n").join(_block(block) for block in blocks(clean(text)))


def _block(block: Sequence[str]) -> Markup:
    if block[0].startswith(FENCE):
        return Markup('<pre tabindex="0">{}</pre>').format("\n".join(block[1:]))
    if block[0].startswith("#"):
        level = min(len(block[0]) - len(block[0].lstrip("#")) + _LEVEL, 6)
        return Markup("<h{0}>{1}</h{0}>").format(level, block[0].lstrip("# "))
    texts = list(items(block))
    if texts[0].startswith("- "):
        entries = (Markup("<li>{}</li>").format(_inline(text.removeprefix("- "))) for text in texts)
        return Markup("<ul>{}</ul>").format(Markup("").join(entries))
    return Markup("<p>{}</p>").format(_inline(" ".join(texts)))


def _inline(text: str) -> Markup:
    return Markup("").join(_pieces(text))


def _pieces(text: str) -> Iterator[Markup]:
    position = 0
    for found in INLINE.finditer(text):
        yield escape(text[position : found.start()])
        position = found.end()
        if found["url"] and found["url"].startswith("https://"):
            yield Markup('<a href="{}">{}</a>').format(found["url"], found["link"])
        elif found["link"]:
            yield escape(found["link"])
        else:
            kind = "code" if found["code"] else "stress"
            yield Markup("<{0}>{1}</{0}>").format(Markup(_TAGS[kind]), found[kind])
    yield escape(text[position:])
