"""Pages on kinds of mistake, on a terminal: the little Markdown that they are written in, and the list of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from grader.report.page import GAP, INDENT, Page
from grader.text import cut, width

INLINE: Final = re.compile(r"`(?P<code>[^`]+)`|\*(?P<stress>[^*]+)\*|\[(?P<link>[^\]]+)\]\((?P<url>[^)\s]+)\)")
_STYLES: Final = {"code": "cyan", "stress": "italic", "link": ""}
FENCE: Final = "```"


def render_page(text: str, console: Console) -> None:
    """Show a page: programs flush with each other so that they can be copied, links in one piece."""
    page = Page(console)
    for block in blocks(text):
        page.blank()
        if block[0].startswith(FENCE):
            program = block[0] == f"{FENCE}python"
            for line in block[1:]:
                page.line((f"{INDENT}{'' if program else GAP}{page.safe(line)}".rstrip(), "" if program else "green"))
        elif block[0].startswith("#"):
            page.line((page.one_line(block[0].lstrip("# ")), "bold"))
        else:
            for item in items(block):
                _paragraph(page, console, item)


def render_list(entries: Sequence[tuple[str, str]], console: Console, closing: str) -> None:
    """Show every name with what it means, one line each; ``closing``: how to read one."""
    page = Page(console)
    column = max((width(name) for name, _ in entries), default=0)
    for name, summary in entries:
        room = page.width - column - len(INDENT) - len(GAP)
        told = cut(page.one_line(summary), room, page.marks.ellipsis)
        page.line((f"{INDENT}{name:<{column}}{GAP}", "bold"), (told, ""))
    page.blank()
    page.paragraph(closing)


def blocks(text: str) -> Iterator[list[str]]:
    """Headings, paragraphs, lists and programs; of a program the first line is its fence, and the last is left out."""
    block: list[str] = []
    for line in text.splitlines():
        if block and block[0].startswith(FENCE):
            if line == FENCE:
                yield block
                block = []
            else:
                block.append(line)
        elif line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def items(block: Sequence[str]) -> Iterator[str]:
    """The items of a list, each on one line, or the paragraph."""
    joined = "\n".join(block)
    for item in re.split(r"\n(?=- )", joined):
        yield " ".join(item.split())


def _paragraph(page: Page, console: Console, text: str) -> None:
    """Text with its inline marks turned into styles, wrapped; the links in it stand below."""
    lead = f"{page.marks.dot} " if text.startswith("- ") else ""
    told, links = Text(), []
    position = 0
    text = page.safe(text.removeprefix("- "))
    for found in INLINE.finditer(text):
        kind = str(found.lastgroup if found.lastgroup != "url" else "link")
        told.append(text[position : found.start()])
        told.append(found[kind], _STYLES[kind])
        position = found.end()
        links += [found["url"]] if found["url"] else []
    told.append(text[position:])
    room = page.width - len(INDENT) - len(lead)
    for number, line in enumerate(told.wrap(console, room)):
        line.rstrip()
        console.print(Text.assemble(INDENT, " " * len(lead) if number else lead, line), soft_wrap=True)
    for link in links:
        page.line((INDENT + " " * len(lead), ""), (link, "cyan"))
