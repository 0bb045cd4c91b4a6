"""A learner's program while it runs, on a terminal: each line with its second, as in the docstring."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from grader.report.page import INDENT, Page
from grader.result import ProgramOutput
from grader.text import clean, count


def render_start(command: str, console: Console) -> None:
    """The command that is run."""
    console.print(Text(f"{command}\n", style="dim"), highlight=False, soft_wrap=True)


def render_line(at_s: float, text: str, console: Console, *, is_error: bool) -> None:
    """One line of its output; what went to standard error has a bar in the place of its blanks, and is red."""
    shown = Text(f"{at_s:5.2f}", style="cyan")
    shown.append(" ┃ " if is_error else "   ", style="red" if is_error else "")
    shown.append(clean(text), style="red" if is_error else "")
    console.print(shown, soft_wrap=True, highlight=False)


def render_end(seconds: float, status: int, differs: Sequence[str], is_shown: bool, console: Console) -> None:
    """How it ended, and the first line that is not as the docstring shows it."""
    how = f"with exit status {status}" if status > 0 else f"by signal {-status}" if status < 0 else ""
    console.print(Text(f"\nended after {seconds:.2f} s {how}".rstrip(), style="dim"), highlight=False)
    if not is_shown:
        return
    if differs:
        console.print(Text(f"differs from the docstring: {clean(differs[0])}", style="yellow"), highlight=False)
    else:
        console.print(Text("as the docstring shows", style="green"), highlight=False)


def show_output(page: Page, output: ProgramOutput) -> None:
    """What a recorded program printed, in the same layout; standard error has no seconds there, and comes last."""
    for line in output.lines:
        page.line((INDENT, ""), (f"{line.at_s:5.2f}", "cyan"), (f"   {page.safe(line.text)}", ""))
    if output.omitted_lines:
        page.line((f"{INDENT}{page.marks.ellipsis} and {count(output.omitted_lines, 'more line')}", "dim"))
    bar = " ┃ " if page.marks.unicode else " | "
    for text in output.errors:
        page.line((f"{INDENT}     ", ""), (f"{bar}{page.safe(text)}", "red"))
    if not output.lines and not output.errors:
        page.line((f"{INDENT}it printed nothing", ""))
    page.line((f"{INDENT}{page.safe(output.ended)}", "dim"))
