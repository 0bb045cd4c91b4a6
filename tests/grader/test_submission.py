"""Whatever lies in the place of a learner's file, it is read without harm and with one clear message."""

from __future__ import annotations

import os
import socket
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.load.kit import Kit, load_kit
from grader.load.submission import Fault, Submission, read_submission, untouched
from tests.grader.kits import TWO_TASKS, make_kit

DISPLAY = "exercises/02_together/two_tasks.py"
BACK = f"`git checkout -- {DISPLAY}` brings it back as it was"


def handed_in(folder: Path, content: bytes | str) -> Submission:
    path = folder / "two_tasks.py"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_submission(path, DISPLAY)


def fault_of(submission: Submission) -> Fault:
    assert submission.fault is not None
    return submission.fault


def test_a_program_is_read_with_its_text_and_no_fault(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, TWO_TASKS)
    assert (submission.source, submission.fault, submission.display) == (TWO_TASKS, None, DISPLAY)


def test_the_digest_tells_contents_apart(tmp_path: Path) -> None:
    one, other = handed_in(tmp_path, TWO_TASKS), handed_in(tmp_path, TWO_TASKS + "#")
    assert one.digest != other.digest
    assert one.digest == handed_in(tmp_path, TWO_TASKS).digest


def test_the_program_is_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    assert handed_in(tmp_path, f"open({str(mark)!r}, 'w')\nraise SystemExit").fault is None
    assert not mark.exists()


# --- what is not a file ---------------------------------------------------------------------------------------------


def test_a_missing_file_says_how_to_get_it_back(tmp_path: Path) -> None:
    submission = read_submission(tmp_path / "gone.py", DISPLAY)
    assert submission.source is None
    assert fault_of(submission) == Fault(f"the file is missing; {BACK}")


def test_a_name_that_the_shell_would_take_apart_is_quoted(tmp_path: Path) -> None:
    fault = fault_of(read_submission(tmp_path / "gone.py", "my exercises/a.py"))
    assert "`git checkout -- 'my exercises/a.py'`" in fault.message


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    assert fault_of(read_submission(tmp_path, DISPLAY)).message.startswith(
        "there is a folder in the file's place; move"
    )


def test_a_file_in_the_chapters_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "02_together").write_text("")
    fault = fault_of(read_submission(tmp_path / "02_together" / "two_tasks.py", DISPLAY))
    assert fault.message.startswith("there is a file in the folder's place; move it away")


def test_a_dangling_link_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("nowhere.py")
    assert "a link to a file that is not there" in fault_of(read_submission(tmp_path / "a.py", DISPLAY)).message


def test_a_loop_of_links_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("a.py")
    assert "cannot be read" in fault_of(read_submission(tmp_path / "a.py", DISPLAY)).message


def test_a_link_to_a_program_is_followed(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text(TWO_TASKS)
    (tmp_path / "a.py").symlink_to("b.py")
    assert read_submission(tmp_path / "a.py", DISPLAY).source == TWO_TASKS


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    started = time.monotonic()
    assert "a pipe, socket or device" in fault_of(read_submission(tmp_path / "a.py", DISPLAY)).message
    assert time.monotonic() - started < 5


def test_a_pipe_that_comes_between_look_and_read_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "regular").write_text("")
    os.mkfifo(tmp_path / "a.py")
    looked = (tmp_path / "regular").stat()
    monkeypatch.setattr(Path, "stat", lambda _self, **_options: looked)
    assert "changed while it was read" in fault_of(read_submission(tmp_path / "a.py", DISPLAY)).message


def test_devices_and_sockets_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "a pipe, socket or device" in fault_of(read_submission(Path("/dev/zero"), DISPLAY)).message
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a.py")
        assert "a pipe, socket or device" in fault_of(read_submission(tmp_path / "a.py", DISPLAY)).message


def test_names_that_no_file_can_have_are_told(tmp_path: Path) -> None:
    for name in ("a\0b.py", "x" * 5000):
        assert "cannot be read" in fault_of(read_submission(tmp_path / name, DISPLAY)).message


@pytest.fixture
def nobody() -> Iterator[None]:
    """The rights of a user who owns nothing: root may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, nobody: None) -> None:  # noqa: ARG001
    path = tmp_path / "a.py"
    if os.access(tmp_path, os.W_OK, effective_ids=True):
        path.write_text(TWO_TASKS)
        path.chmod(0)
    assert fault_of(read_submission(path, DISPLAY)) == Fault(
        f"the file may not be read; `chmod u+r {DISPLAY}` allows it"
    )


# --- what is not text -----------------------------------------------------------------------------------------------


def test_a_file_of_ten_megabytes_is_too_large(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, b"x = 1\n" * 1_700_000)
    assert submission.source is None
    assert fault_of(submission).message.startswith("the file is larger than 1 MB")


def test_a_file_of_one_megabyte_is_read(tmp_path: Path) -> None:
    assert handed_in(tmp_path, b"#" * 1_000_000).fault is None


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_nothing_at_all_is_an_empty_file(tmp_path: Path, content: bytes) -> None:
    assert fault_of(handed_in(tmp_path, content)) == Fault(f"the file is empty; {BACK}")


@pytest.mark.parametrize(
    ("content", "byte", "line"),
    [
        (b"# caf\xe9\n", "0xe9", 1),
        (b"a = 1\nb = 2\n# \xff\n", "0xff", 3),
        (b"a = 1\r\nb = 2\r\n# \xff\r\n", "0xff", 3),
        (b"# coding: utf-8\nb = '\xe9'\n", "0xe9", 2),
    ],
)
def test_bytes_that_are_not_utf8_are_shown_with_their_line(
    tmp_path: Path, content: bytes, byte: str, line: int
) -> None:
    submission = handed_in(tmp_path, content)
    assert fault_of(submission) == Fault(f"byte {byte} on line {line} is not UTF-8; save the file as UTF-8", line)
    assert submission.source is None


def test_utf16_is_told_by_its_name(tmp_path: Path) -> None:
    assert "UTF-16" in fault_of(handed_in(tmp_path, TWO_TASKS.encode("utf-16"))).message


def test_null_bytes_are_shown_with_their_line(tmp_path: Path) -> None:
    fault = fault_of(handed_in(tmp_path, b"a = 1\nb = \0\n"))
    assert (fault.line, fault.message[:29]) == (2, "there is a null byte on line ")


def test_a_declared_encoding_is_honoured_as_python_does(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, "# -*- coding: latin-1 -*-\nname = 'café'\n".encode("latin-1"))
    assert submission.fault is None
    assert submission.source is not None
    assert "café" in submission.source


@pytest.mark.parametrize("name", ["klingon", "rot13", "hex", "zip", "undefined", "punycode", "idna"])
def test_an_encoding_that_no_program_has_is_told(tmp_path: Path, name: str) -> None:
    started = time.monotonic()
    for after in (b"\n", b" "):  # Python 3.14 decodes the line of the declaration by its codec
        fault = fault_of(handed_in(tmp_path, f"# coding: {name}".encode() + after + b"a-b" * 300_000))
        assert (fault.line, "UTF-8" in fault.message) == (1, True)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("name", ["utf-8-unix", "UTF_8", "utf-8-sig", "latin-1-dos", "cp1252"])
@pytest.mark.parametrize("line", ["# -*- coding: {} -*-\nx = 1\n", "#!/usr/bin/python\n# vim: set fileencoding={} :\n"])
def test_an_encoding_may_be_declared_as_editors_do(tmp_path: Path, line: str, name: str) -> None:
    assert handed_in(tmp_path, line.format(name)).fault is None


@pytest.mark.parametrize("head", ["x = 1\n# coding: klingon\n", "\n\n# coding: klingon\n", "x = '# coding: klingon'\n"])
def test_a_declaration_elsewhere_is_none(tmp_path: Path, head: str) -> None:
    assert handed_in(tmp_path, head).fault is None


def test_a_mark_at_odds_with_the_declaration_is_told(tmp_path: Path) -> None:
    assert "save the file as UTF-8" in fault_of(handed_in(tmp_path, b"\xef\xbb\xbf# coding: latin-1\n")).message


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path: Path) -> None:
    submission = handed_in(tmp_path, b"\xef\xbb\xbf" + TWO_TASKS.replace("\n", "\r\n").encode())
    assert submission.fault is None
    assert submission.source == TWO_TASKS.replace("\n", "\r\n")


# --- what does not compile ------------------------------------------------------------------------------------------


def test_a_syntax_error_is_told_in_pythons_words_with_its_line(tmp_path: Path) -> None:
    fault = fault_of(handed_in(tmp_path, "import asyncio\n\nprint('Hello'\n"))
    assert fault == Fault("SyntaxError on line 3: '(' was never closed\n    print('Hello'\n         ^", 3)


@pytest.mark.timeout(10)
def test_the_line_is_the_learners_whatever_file_has_that_name_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(DISPLAY).parent.mkdir(parents=True)
    os.mkfifo(DISPLAY)  # CPython would wait for it here
    started = time.monotonic()
    fault = fault_of(handed_in(tmp_path, "a = 1\nreturn a\n"))
    assert time.monotonic() - started < 5
    assert fault.message.splitlines()[:2] == ["SyntaxError on line 2: 'return' outside function", "    return a"]


def test_an_indentation_error_is_told_as_such(tmp_path: Path) -> None:
    fault = fault_of(handed_in(tmp_path, "def f():\nreturn 1\n"))
    assert fault.line == 2
    assert fault.message.startswith("IndentationError on line 2: expected an indented block after function definition")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_alike_for_all_line_ends(tmp_path: Path, end: str) -> None:
    fault = fault_of(handed_in(tmp_path, end.join(["a = 1", "", "b = = 2", "c = 3"])))
    assert (fault.line, fault.message.splitlines()[1]) == (3, "    b = = 2")


def test_a_very_long_line_is_cut_around_the_fault(tmp_path: Path) -> None:
    fault = fault_of(handed_in(tmp_path, "x = [" + "1, " * 100_000 + "2 = 3]\n"))
    assert all(len(line) < 120 for line in fault.message.splitlines())
    assert "2 = 3" in fault.message


def test_control_characters_do_not_reach_the_screen(tmp_path: Path) -> None:
    fault = fault_of(handed_in(tmp_path, "x = = '\x1b[31m\x07'\n"))
    assert "\x1b" not in fault.message
    assert "\x07" not in fault.message


def test_a_warning_of_the_compiler_is_no_fault_and_is_not_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert handed_in(tmp_path, "x = 1 is 1\ny = '\\d'\nassert (1, 2)\n").fault is None
    assert capfd.readouterr() == ("", "")


def test_future_statements_of_the_grader_do_not_reach_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Since Python 3.14 no program is refused for them.
    compiled: list[CodeType] = []

    def compile_here(*arguments: Any, **named: Any) -> CodeType:
        compiled.append(compile(*arguments, **named))
        return compiled[-1]

    monkeypatch.setattr("grader.load.submission.compile", compile_here, raising=False)
    assert handed_in(tmp_path, "def f(a: int): ...\n").fault is None
    assert [code.co_flags & annotations.compiler_flag for code in compiled] == [0]


HOSTILE = {
    "parentheses": "(" * 100_000 + ")" * 100_000,
    "minus signs": "-" * 500_000 + "1",
    "lambdas": "lambda:" * 100_000 + "1",
    "attributes": "x" + ".a" * 30_000,
    "additions": "x = " + "+".join(["1"] * 30_000),
    "branches": "if a: pass\n" + "elif a: pass\n" * 70_000,
    "indents": "".join(" " * i + "if 1:\n" for i in range(150)),
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_nesting_beyond_the_compiler_is_a_fault_of_the_file(tmp_path: Path, shape: str) -> None:
    message = fault_of(handed_in(tmp_path, HOSTILE[shape])).message
    assert "nested too deeply" in message or "too many" in message


@pytest.mark.parametrize(
    "expression", ["10**10**8", "1 << 10**10", "'a' * 10**9", "(1,) * 10**9", "'%1000000000d' % 1", "9**9**9**9"]
)
def test_huge_constants_are_not_computed(tmp_path: Path, expression: str) -> None:
    started = time.monotonic()
    assert handed_in(tmp_path, f"x = {expression}\n").fault is None
    assert time.monotonic() - started < 5


def test_a_number_of_too_many_digits_is_a_fault_of_the_file(tmp_path: Path) -> None:
    assert fault_of(handed_in(tmp_path, "x = " + "9" * 5000)).line == 1


@settings(deadline=None)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_of_arbitrary_bytes_python_compiles_what_has_no_fault(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    submission = handed_in(tmp_path_factory.getbasetemp(), content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if submission.fault is None:
            compile(content, "<bytes>", "exec", dont_inherit=True)


# --- untouched ------------------------------------------------------------------------------------------------------


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return load_kit(make_kit(tmp_path))


@pytest.mark.parametrize(
    "content",
    [
        TWO_TASKS.encode(),
        TWO_TASKS.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + TWO_TASKS.encode(),
        TWO_TASKS.rstrip("\n").encode(),
        TWO_TASKS.encode() + b"\n \r\n",
    ],
)
def test_what_editors_and_git_do_to_a_file_leaves_it_untouched(kit: Kit, tmp_path: Path, content: bytes) -> None:
    assert untouched(kit, kit.exercise("two_tasks"), handed_in(tmp_path, content))


@pytest.mark.parametrize(
    "content", [TWO_TASKS + "# a thought\n", TWO_TASKS.replace("main()", "main() "), "\n" + TWO_TASKS, "", "\0"]
)
def test_any_other_change_is_one(kit: Kit, tmp_path: Path, content: str) -> None:
    assert not untouched(kit, kit.exercise("two_tasks"), handed_in(tmp_path, content))


def test_without_what_was_handed_out_nothing_is_untouched(kit: Kit, tmp_path: Path) -> None:
    exercise = kit.exercise("two_tasks")
    kit.handed_out_file(exercise).unlink()
    assert not untouched(kit, exercise, handed_in(tmp_path, TWO_TASKS))
