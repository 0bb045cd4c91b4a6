"""shell_injection: the search tool is a real child process, and reports the arguments it was given."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.suite import Event, Run, Trace, fresh, points, record, times

LEAVE_ALONE: tuple[str, ...] = ("TOOL", "ARCHIVE", "FILES", "main")

ARCHIVE = f"{fresh.word()}.txt"

TOOL = """
import json, os, socket, sys, time

grader = socket.socket(socket.AF_UNIX)
while grader.connect_ex("reports"):
    time.sleep(0.01)

def report(*what):
    grader.sendall(f"{json.dumps(what)}\\n".encode())
    grader.recv(1)

def options_of(arguments):
    while arguments and len(arguments[0]) > 1 and arguments[0].startswith("-"):
        option = arguments.pop(0)
        if option == "--":
            return
        if option.startswith("--regexp="):
            yield option.partition("=")[2]
        elif option == "-e" and arguments:
            yield arguments.pop(0)
        elif option not in ("-c", "-F"):
            raise SystemExit(f"unknown option {option}")

given = [os.fsencode(each).decode(errors="replace") for each in sys.argv[1:]]
rest = list(given)
try:
    words, *files = [*options_of(rest), *rest] or [""]
except SystemExit:
    report("begin", given, None, [])
    raise
report("begin", given, words, files)
delay_s, answer = json.load(open("answers.json")).get(words, (0.0, "0"))
time.sleep(delay_s)
print(f"\\n{answer}\\n")
report("end", words)
"""


def tool_with(answers: Mapping[str, tuple[float, str]]) -> dict[str, Any]:
    """What a recording takes for a tool that gives these answers, each after some seconds."""

    def install(scratch: Path) -> None:
        (scratch / "grep").write_text(f"#!{sys.executable} -IS\n{TOOL}")
        (scratch / "grep").chmod(0o755)
        (scratch / "answers.json").write_text(json.dumps(answers))
        for name in (ARCHIVE, "staff.txt"):
            (scratch / name).write_text(f"{fresh.token()}\n")

    async def listen(run: Run) -> None:
        """Note what each run of the tool reports, and let it go on."""

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while line := await reader.readline():
                label, *values = json.loads(line)
                run.note(label, values)
                writer.write(b".")
            writer.close()

        async with await asyncio.start_unix_server(take, run.scratch / "reports"):
            await asyncio.Event().wait()

    world = {"TOOL": ["./grep", "-c", "-F"], "ARCHIVE": ARCHIVE}
    return {"world": world, "prepare": install, "drive": listen}


def number() -> str:
    return str(fresh.number(100, 9999))


def words_of(*kinds: str) -> dict[str, tuple[float, str]]:
    """Searches, each with a different answer. They take a while, so that a run does not only compute."""
    return {kind: (0.12, f"{number()} {fresh.token()}") for kind in kinds}


TOWN, THING, NAME = fresh.town(), fresh.thing(), fresh.word()
PLAIN = {
    words: (delay_s, number())
    for words, delay_s in zip([NAME, *fresh.words(2)], [0.9, *fresh.shuffled([0.7, 0.8])], strict=True)
}
SPACES = words_of(TOWN, f"  {THING}   {TOWN} ", f"{TOWN}\n{THING}", "")
QUOTES = words_of(f"{NAME}'s", f'a "{THING}"', f"'{NAME}' and \"{TOWN}\"", f"back\\slash {NAME}\\")
COMMANDS = words_of(
    f"{NAME} & {THING}",
    f"{NAME} {ARCHIVE}; cat staff.txt #",
    f"$(cat staff.txt) {NAME}",
    f"`cat staff.txt` {NAME}",
    f"{NAME} | cat > staff.txt",
    f"$HOME {NAME} ~ ${{PATH}}",
    f"* ? [a-z]* {NAME}",
)
OPTIONS = words_of(f"-{fresh.number(10, 99)} degrees", f"-e {NAME}", f"--{NAME}", "--", "-")

together = record("main", list(PLAIN), **tool_with(PLAIN))
spaces = record("search_in_turn", list(SPACES), scenario=True, **tool_with(SPACES))
quotes = record("search_in_turn", list(QUOTES), scenario=True, **tool_with(QUOTES))
commands = record("search_in_turn", list(COMMANDS), scenario=True, **tool_with(COMMANDS))
options = record("search_in_turn", list(OPTIONS), scenario=True, **tool_with(OPTIONS))


def are_searched(trace: Trace, answers: Mapping[str, tuple[float, str]]) -> None:
    """Fail unless the tool was given each of these words once, exactly so, and its answer was returned."""
    events = [event for event in trace.events if event.name in ("search", "begin", "answer", "error")]
    starts = [number for number, event in enumerate(events) if event.name == "search"]
    for start, end, (words, (_, answer)) in zip(starts, [*starts[1:], None], answers.items(), strict=True):
        own = events[start:end]
        runs = [event.value for event in own if event.name == "begin"]
        expected = f"when a reader types {words!r}: expected one run of the tool with {words!r} and {ARCHIVE!r}"
        assert runs, f"{expected}; it was not run, and {ended(own)}"
        given, searched, files = runs[0]
        as_given = ", ".join(map(repr, given))
        assert (searched, files) == (words, [ARCHIVE]), f"{expected}; its arguments were {as_given}"
        assert len(runs) == 1, f"{expected}; it was run {times(len(runs))}"
        assert [event.value for event in own if event.name == "answer"] == [answer], (
            f"when a reader types {words!r}: expected search to return {answer!r}; {ended(own)}"
        )


def ended(events: Sequence[Event]) -> str:
    """How a search ended, for the end of a message."""
    for event in events:
        if event.name == "answer":
            return f"search returned {event.value!r}"
        if event.name == "error":
            return f"search raised {event.value}"
    return "search did not end"


@points(1, "plain words are searched for, each once")
def test_plain(together: Trace) -> None:
    runs = [note.value for note in together.notes("begin")]
    begun = sorted(str(words) for _, words, files in runs if files == [ARCHIVE])
    assert begun == sorted(PLAIN), (
        f"expected one run of the tool for each of {', '.join(PLAIN)}; it ran for {', '.join(begun) or 'none'}"
    )
    assert together.lines == [f"{words}: {answer}" for words, (_, answer) in PLAIN.items()]


@points(1, "words with spaces or line breaks are one argument, even empty ones", means="shell-injection")
def test_spaces(spaces: Trace) -> None:
    are_searched(spaces, SPACES)


@points(1, "quotes and backslashes are searched for as they were typed", means="shell-injection")
def test_quotes(quotes: Trace) -> None:
    are_searched(quotes, QUOTES)


@points(
    2,
    "the shell's special characters are words, and no command is run",
    means="shell-injection",
    public=True,
)
def test_commands(commands: Trace) -> None:
    are_searched(commands, COMMANDS)


@points(1, "words that begin with - are words, not options")
def test_options(options: Trace) -> None:
    are_searched(options, OPTIONS)


@points(1, "several searches run at the same time", means=("sequential-await", "blocking-call"))
def test_together(together: Trace) -> None:
    ends = together.notes("end")
    assert ends, "no search came to its end"
    begun = [note for note in together.notes("begin") if note.at < ends[0].at]
    assert len(begun) == len(PLAIN), f"when the first search ended, {len(begun)} of {len(PLAIN)} had begun"
    slowest_s = max(delay_s for delay_s, _ in PLAIN.values())
    took = together.elapsed - begun[-1].at
    assert took < slowest_s + 0.7, (
        f"when the last of {len(PLAIN)} searches had begun, main took {took:.2f} s more; expected {slowest_s:.2f} s, "
        "which is how long the slowest takes"
    )
