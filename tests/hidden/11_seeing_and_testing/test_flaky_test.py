"""flaky_test: a test that waits for what it tests, and not for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from grader.suite import HiddenProgram, Trace, Virtual, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("PromptPost", "SlowPost", "CarelessPost", "main")

BASE = """\
import asyncio


class Base:
    starts_after_s = pause_s = 0.0
    tries_again_after_s = 0.1

    def __init__(self, deliver):
        self._deliver = deliver
        self._letters = self._queue()
        self._closing = asyncio.Event()
        self._task = asyncio.create_task(self._work())

    def _queue(self):
        return asyncio.Queue()

    def send(self, letter):
        self._letters.put_nowait(letter)

    async def _work(self):
        await asyncio.sleep(self.starts_after_s)
        while True:
            letter = await self._letters.get()
            await asyncio.sleep(self.pause_s)
            await self._take(letter)
            self._letters.task_done()

    async def _take(self, letter):
        while True:
            try:
                return await self._deliver(letter)
            except OSError:
                await asyncio.sleep(self.tries_again_after_s)

    async def close(self):
        await self._letters.join()
        self._task.cancel()


class Post(Base):
"""


@dataclass(frozen=True)
class Post:
    """A post that the learner does not see. ``what``: what is special about it, after "a post"."""

    what: str
    code: str

    def load(self) -> type:
        module: dict[str, Any] = {}
        exec(BASE + self.code, module)
        return cast(type, module["Post"])


# --- that keep their promises ---------------------------------------------------------------------------------------
PROMPT = Post(
    "that delivers each letter at once",
    """
    pass
""",
)
STARTS_LATE = Post(
    "that takes 1.9 s to start",
    """
    starts_after_s = 1.9
""",
)
PAUSES = Post(
    "that pauses for 1.2 s before each letter",
    """
    pause_s = 1.2
""",
)
TRIES_AGAIN_LATE = Post(
    "that waits for 1.8 s before it tries again",
    """
    tries_again_after_s = 1.8
""",
)
IN_BATCHES = Post(
    "that collects letters for 1.5 s, and then delivers them one after the other",
    """
    async def _work(self):
        while True:
            letters = [await self._letters.get()]
            await asyncio.sleep(1.5)
            while not self._letters.empty():
                letters.append(self._letters.get_nowait())
            for letter in letters:
                await self._take(letter)
                self._letters.task_done()
""",
)
HURRIES = Post(
    "that pauses for 1.6 s before each letter until it is closed",
    """
    async def _work(self):
        while True:
            letter = await self._letters.get()
            try:
                await asyncio.wait_for(self._closing.wait(), 1.6)
            except TimeoutError:
                pass
            await self._take(letter)
            self._letters.task_done()

    async def close(self):
        self._closing.set()
        await super().close()
""",
)
A_TASK_FOR_EACH = Post(
    "in which the task of each letter waits for that of the letter before",
    """
    async def _work(self):
        pass

    def send(self, letter):
        self._task = asyncio.create_task(self._follow(self._task, letter))

    async def _follow(self, before, letter):
        await before
        await asyncio.sleep(0.25)
        await self._take(letter)

    async def close(self):
        await self._task
""",
)
BRIEF_PAUSES = Post(
    "that pauses for 0.1 s before each letter",
    """
    pause_s = 0.1
""",
)
QUICK = [PROMPT, BRIEF_PAUSES, A_TASK_FOR_EACH]
"""For the checks of other things than patience: a test that gives up too early loses its points once."""
RIGHT = [PROMPT, STARTS_LATE, PAUSES, TRIES_AGAIN_LATE, IN_BATCHES, HURRIES, A_TASK_FOR_EACH]

# --- that do not ----------------------------------------------------------------------------------------------------

CARELESS = Post(
    "whose close does not wait",
    """
    async def close(self):
        self._task.cancel()
""",
)

HOLDS_BACK_THE_LAST = Post(
    "that delivers a letter when the next one is sent, so that the last is lost",
    """
    last = None

    def send(self, letter):
        if self.last is not None:
            super().send(self.last)
        self.last = letter
""",
)
TWICE = Post(
    "that delivers each letter twice",
    """
    async def _take(self, letter):
        await super()._take(letter)
        await super()._take(letter)
""",
)
NEWEST_FIRST = Post(
    "that delivers the newest letter first",
    """
    def _queue(self):
        return asyncio.LifoQueue()

    async def _work(self):
        while True:
            await asyncio.sleep(0.1)
            while not self._letters.empty():
                await self._take(self._letters.get_nowait())
                self._letters.task_done()
""",
)
AT_THE_SAME_TIME = Post(
    "that delivers all letters at the same time",
    """
    async def _work(self):
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(self._one(await self._letters.get()))

    async def _one(self, letter):
        await self._take(letter)
        self._letters.task_done()
""",
)
EQUAL_LETTERS = Post(
    "that takes two equal letters for one",
    """
    last = None

    def send(self, letter):
        if letter != self.last:
            super().send(letter)
        self.last = letter
""",
)
PLAIN = [HOLDS_BACK_THE_LAST, TWICE, NEWEST_FIRST, AT_THE_SAME_TIME, EQUAL_LETTERS]

ENDS_WHEN_IDLE = Post(
    "that stops for good when it has nothing to deliver for a moment",
    """
    async def _work(self):
        while True:
            letter = await self._letters.get()
            await self._take(letter)
            self._letters.task_done()
            if self._letters.empty():
                return

    async def close(self):
        await self._task
""",
)
ONLY_AT_CLOSE = Post(
    "that delivers nothing until it is closed",
    """
    async def _work(self):
        await self._closing.wait()
        await super()._work()

    async def close(self):
        self._closing.set()
        await super().close()
""",
)
CLOSES_EARLY = Post(
    "whose close returns while the last letter is being delivered",
    """
    async def _take(self, letter):
        if self._letters.empty():
            self._closing.set()
        await super()._take(letter)

    async def close(self):
        while not self._letters.empty():
            self._closing.clear()
            await self._closing.wait()
""",
)
LATER = [ENDS_WHEN_IDLE, ONLY_AT_CLOSE, CLOSES_EARLY]

NEVER_TRIES_AGAIN = Post(
    "that does not try again when a delivery has failed",
    """
    async def _take(self, letter):
        try:
            await self._deliver(letter)
        except OSError:
            pass
""",
)
TRIES_ONCE_MORE = Post(
    "that gives up a letter that has failed twice",
    """
    async def _take(self, letter):
        for _ in range(2):
            try:
                return await self._deliver(letter)
            except OSError:
                await asyncio.sleep(0.1)
""",
)
DIES = Post(
    "that stops for good when a delivery fails, so that close waits for ever",
    """
    async def _take(self, letter):
        await self._deliver(letter)
""",
)
BACK_TO_THE_END = Post(
    "that puts a letter whose delivery has failed behind all others",
    """
    async def _take(self, letter):
        try:
            await self._deliver(letter)
        except OSError:
            await asyncio.sleep(0.1)
            self._letters.put_nowait(letter)
""",
)
CLOSES_BEFORE_THE_NEXT_TRY = Post(
    "whose close returns while a letter waits for its next try",
    """
    trying_again = False

    async def _take(self, letter):
        while True:
            try:
                return await self._deliver(letter)
            except OSError:
                self.trying_again = True
                self._closing.set()
                await asyncio.sleep(0.2)

    async def close(self):
        waits = asyncio.create_task(self._closing.wait())
        joins = asyncio.create_task(self._letters.join())
        await asyncio.wait([waits, joins], return_when=asyncio.FIRST_COMPLETED)
""",
)
DROPS_WHILE_OPEN = Post(
    "that tries again only when it is being closed, and drops a letter that fails before",
    """
    async def _take(self, letter):
        while True:
            try:
                return await self._deliver(letter)
            except OSError:
                if not self._closing.is_set():
                    return
                await asyncio.sleep(0.1)

    async def close(self):
        self._closing.set()
        await super().close()
""",
)
DIES_WHEN_CLOSED = Post(
    "that stops for good when a delivery fails while it is being closed, so that close waits for ever",
    """
    async def _take(self, letter):
        while True:
            try:
                return await self._deliver(letter)
            except OSError:
                if self._closing.is_set():
                    raise
                await asyncio.sleep(0.1)

    async def close(self):
        self._closing.set()
        await super().close()
""",
)
FAILURES = [
    NEVER_TRIES_AGAIN, TRIES_ONCE_MORE, DIES, BACK_TO_THE_END, CLOSES_BEFORE_THE_NEXT_TRY, DROPS_WHILE_OPEN,
    DIES_WHEN_CLOSED,
]  # fmt: skip

# --- the checks -----------------------------------------------------------------------------------------------------

as_it_is = record(None, deadline_s=8.0)


@dataclass(frozen=True)
class Tried:
    """What came of the learner's test, run on a post."""

    post: Post
    failed: str | None
    """What it raised; None if it passed."""
    idle_s: float
    """For how long the test went on while the post had nothing to do."""


def tried(virtual: Virtual, post: Post) -> Tried:
    with HiddenProgram(post.load) as hidden:
        # The test of a post that never delivers may wait for ever.
        trace = virtual("judge", scenario=True, doubles=[hidden.double("post")], allow=("raise",))
    if trace.raised is not None:
        failed: str | None = "" if trace.raised.type == "Deadlock" else f"{trace.raised}"
    else:
        failed = next((str(note.value) for note in trace.notes("failed")), None)
    return Tried(post, failed, idle_time(hidden, trace))


def idle_time(hidden: HiddenProgram, trace: Trace) -> float:
    """Seconds of the test in which the post had no letter to deliver, and was not being closed."""
    messages = hidden.messages
    if not messages:
        return float(trace.elapsed)
    busy_s, letters, closing = 0.0, 0, 0
    for (now, what, _), (following, _, _) in pairwise(messages):
        if what == "plain":
            letters += 1
        elif what == "answered":
            letters -= 1
        elif what == "call":
            closing += 1
        if letters > 0 or closing:
            busy_s += following - now
    return float(trace.elapsed) - busy_s


def verdicts(virtual: Virtual, right: Sequence[Post], wrong: Sequence[Post]) -> list[Tried]:
    """Try the posts in any order, so that neither guessing nor counting tells which is which.

    Returns what came of those that keep their promises.
    """
    found = [tried(virtual, post) for post in fresh.shuffled([*right, *wrong])]
    for each in found:
        if each.post in right and each.failed is not None:
            raise AssertionError(
                f"it fails for a post that keeps its promises, one {each.post.what} "
                f"({each.failed or 'the test never ends'})\n\n"
                f"class Post(Base):  # Base works as PromptPost does{each.post.code}"
            )
    missed = [each for each in found if each.post in wrong and not each.failed]
    count = "a post" if len(wrong) == 1 else f"{len(missed)} of {len(wrong)} posts"
    kinds = [f"one {each.post.what}{'' if each.failed is None else ' (the test never ends)'}" for each in missed]
    assert not missed, f"it does not fail for {count} that break a promise: {'; '.join(kinds)}"
    return [each for each in found if each.post in right]


@points(1, "the test passes for two posts of the file and fails for the third", means="blind-test", public=True)
def test_program(virtual: Virtual, as_it_is: Trace) -> None:
    assert as_it_is.lines == ["PromptPost: passed", "SlowPost: passed", "CarelessPost: failed"]
    assert as_it_is.elapsed < 4.0
    verdicts(virtual, [PROMPT, STARTS_LATE], [CARELESS])


@points(2, "the test passes for every post that keeps its promises")
def test_right_posts(virtual: Virtual) -> None:
    verdicts(virtual, RIGHT, [CARELESS])


@points(1, "the test takes no longer than the post needs")
def test_no_time_lost(virtual: Virtual) -> None:
    for each in verdicts(virtual, QUICK, [CARELESS]):
        assert each.idle_s < 0.5, (
            f"when it is tried on a post {each.post.what}, it goes on for {each.idle_s:.2f} s in which the post has "
            "nothing to do; expected less than 0.5 s"
        )


@points(2, "the test finds lost, doubled and disordered letters")
def test_plain(virtual: Virtual) -> None:
    verdicts(virtual, QUICK, PLAIN)


@points(2, "the test finds mistakes that show after a pause or at the close")
def test_later(virtual: Virtual) -> None:
    verdicts(virtual, QUICK, LATER)


@points(2, "the test finds mistakes that show when deliveries fail")
def test_failures(virtual: Virtual) -> None:
    verdicts(virtual, QUICK, FAILURES)
