"""Loading a learner's file: the world is put where the file defines it, and the file stays what it is otherwise."""

from __future__ import annotations

import sys
import textwrap
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.runner.loading import Broken, load
from tests.grader import runs

DISPLAY = "exercises/01_test/program.py"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A working folder and a path of the test's own; no module of one test is there for the next."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", "") == str(tmp_path / "program.py"):
            del sys.modules[name]


def loaded(source: str, **world: Any) -> ModuleType:
    return load(textwrap.dedent(source), DISPLAY, world)


def double(*_: object) -> str:
    return "the grader's"


@pytest.mark.parametrize(
    "source",
    [
        "def fetch(): return 'own'\n\ndef use(): return fetch()",
        "def fetch(): return 'own'\n\nget = fetch\n\ndef use(): return get()",
        "def fetch(): return 'own'\n\nALL = [fetch]\n\ndef use(): return ALL[0]()",
        "def use(): return fetch()\n\ndef fetch(): return 'own'",
        "def fetch(): return 'own'\n\ndef make(f):\n    return lambda: f()\n\nuse = make(fetch)",
        "import functools\n\ndef fetch(): return 'own'\n\nuse = functools.partial(fetch)",
        "def twice(f): return f\n\n@twice\ndef fetch(): return 'own'\n\ndef use(): return fetch()",
        "def fetch(): return 'own'\n\ndef use(f=fetch): return f()",
        "from os import getcwd as fetch\n\ndef use(): return fetch()",
        "class fetch:\n    pass\n\ndef use(): return fetch()",
        "fetch = lambda: 'own'\n\ndef use(): return fetch()",
        "async def fetch(): return 'own'\n\ndef use(): return fetch()",
    ],
    ids=["call", "alias", "list", "before", "closure", "partial", "decorated", "default", "import", "class", "lambda",
         "async"],
)  # fmt: skip
def test_whoever_takes_the_function_takes_the_graders(source: str) -> None:
    assert loaded(source, fetch=double).use() == "the grader's"


@pytest.mark.parametrize(
    "source",
    ["N = 1\nTWICE = N * 2", "N: int = 1\nTWICE = N * 2", "M, N = 0, 1\nTWICE = N * 2", "N = M = 1\nTWICE = N * 2",
     "(M, [N, *K]) = 0, [1, 2]\nTWICE = N * 2", "N: int\nM = [0]\nN = 1\nTWICE = N * 2"],
)  # fmt: skip
def test_what_follows_an_assignment_sees_the_graders_value(source: str) -> None:
    assert loaded(source, N=21).TWICE == 42


def test_only_the_first_binding_is_replaced_because_the_rest_is_the_learners_work() -> None:
    module = loaded("N = 1\nfirst = N\nN = 2\n", N=21)
    assert (module.first, module.N) == (21, 2)


def test_what_only_uses_the_name_does_not_bind_it() -> None:
    module = loaded("class C: pass\nC.N = 0\nx = [0]\nx[0] = 1\nN = 5\nM = N", N=21)
    assert module.M == 21


@pytest.mark.parametrize(
    "source",
    [
        "",
        "def get(): ...",
        "if True:\n    def fetch(): ...",
        "fetch: int",
        "x = fetch",
        "if True:\n    fetch = [1]\nfetch[0] = 2",
    ],
)
def test_a_name_that_is_gone_is_broken_and_says_to_put_it_back(source: str) -> None:
    with pytest.raises(Broken, match="fetch is missing at the top level of the file: put it back, under that name"):
        loaded(source, fetch=double)


def test_line_numbers_are_those_of_the_file() -> None:
    module = loaded("N = 1\n\n\ndef fetch(): ...\n\n\ndef fail():\n    raise KeyError\n", N=2, fetch=double)
    with pytest.raises(KeyError) as caught:
        module.fail()
    assert caught.traceback[-1].lineno + 1 == 8
    assert module.fail.__code__.co_filename == DISPLAY


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("x = 1\n1 / 0\n", "loading the file raises ZeroDivisionError: division by zero", 2),
        ("def f():\n    raise KeyError('a')\n\nf()\n", "loading the file raises KeyError: 'a'", 2),
        ("import sys\n\nsys.exit(3)\n", "the file ends the program while it is loaded (exit status 3)", 3),
        ("raise KeyboardInterrupt\n", "loading the file raises KeyboardInterrupt: ", 1),
        ("import nothing_of_that_name\n", "loading the file raises ModuleNotFoundError: ", 1),
        ("class E(Exception):\n    def __str__(self): return 1 / 0\n\nraise E\n", "loading the file raises E", 4),
        ("x = 1\ndef f(:\n", "syntax error: ", 2),
        ("return 1\n", "syntax error: 'return' outside function", 1),
        ("x = " + "(" * 2000 + ")" * 2000, "", None),
        ("x = " + "-" * 200_000 + "1", "", None),
        ("x = 1\0", "", None),
    ],
    ids=["division", "inside", "exit", "interrupt", "import", "str", "syntax", "compiler", "nested", "deep", "null"],
)
def test_what_does_not_load_is_broken_with_its_line(source: str, message: str, line: int | None) -> None:
    with pytest.raises(Broken) as caught:
        loaded(source)
    assert str(caught.value).startswith(message)
    assert line is None or caught.value.line == line


def test_what_asks_for_its_module_or_its_source_works() -> None:
    module = loaded(
        """
        from __future__ import annotations
        import dataclasses, enum, inspect, pickle, typing

        @dataclasses.dataclass(slots=True)
        class Point:
            x: int
            y: list[Other] = dataclasses.field(default_factory=list)

        class Other(enum.Enum):
            A = 1

        def use():
            assert pickle.loads(pickle.dumps(Point(1, [Other.A]))) == Point(1, [Other.A])
            assert typing.get_type_hints(Point)["y"] == list[Other]
            assert inspect.getsource(use).startswith("def use():")
            assert inspect.getmodule(use).__name__ == __name__ == "program"
            return True
        """
    )
    assert module.use()


def test_the_namespace_holds_nothing_of_the_graders_but_the_world() -> None:
    module = loaded("fetch = 1\n", fetch=double)
    assert {name for name in vars(module) if not name.startswith("__")} == {"fetch"}
    assert not [name for name in vars(module) if "turtles" in name]


def test_each_load_is_a_module_afresh() -> None:
    source = f"# {uuid.uuid4()}\nSEEN = []\ndef use():\n    SEEN.append(1)\n    return len(SEEN)\n"
    assert [loaded(source).use() for _ in range(3)] == [1, 1, 1]


def test_crlf_byte_order_and_unusual_line_ends_change_no_line_number() -> None:
    module = load("x = 1\r\n\r\n\r\ndef f():\r\n    return 'é'\r\n", DISPLAY, {})
    assert module.f.__code__.co_firstlineno == 4
    assert module.f() == "é"


POOL = """
    import asyncio, concurrent.futures, multiprocessing, os

    def square(n):
        return n * n

    async def main(how):
        context = multiprocessing.get_context(how)
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
            return await asyncio.get_running_loop().run_in_executor(pool, square, 7)
"""


@pytest.mark.parametrize("walled", [False, True])
@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_a_process_pool_finds_the_module(how: str, walled: bool) -> None:
    for recorder in runs.recorder(walled=walled):
        recording = runs.record(recorder, POOL, "main", how)
        assert (recording.trace.returned, recording.trace.raised) == (49, None), recording.trace.stderr


def test_a_program_of_its_own_may_use_a_pool_under_its_guard() -> None:
    source = textwrap.dedent(POOL) + "\nif __name__ == '__main__':\n    print(asyncio.run(main('spawn')))\n"
    for recorder in runs.recorder():
        recording = runs.record(recorder, source, None)
        assert recording.trace.lines == ["49"], recording.trace.stderr


@pytest.mark.parametrize("kind", ["Thread", "Process"])
def test_a_program_with_a_pool_that_nobody_closes_ends_as_it_does_by_itself(kind: str) -> None:
    source = f"""
        from concurrent.futures import {kind}PoolExecutor
        pool = {kind}PoolExecutor(1)
        if __name__ == "__main__":
            print(pool.submit(abs, -49).result())
    """
    for recorder in runs.recorder():
        recording = runs.record(recorder, source, None)
        assert (recording.trace.lines, recording.trace.ended) == (["49"], "returned"), recording.trace.stderr


def test_a_value_that_stands_in_is_told_what_it_stands_in_for() -> None:
    class Standing:
        def stand_in_for(self, original: Any) -> str:
            return f"instead of {original.__name__}"

    assert loaded("async def fetch(city): ...\n", fetch=Standing()).fetch == "instead of fetch"
