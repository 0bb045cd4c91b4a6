"""The grader uses files of a run's folder and follows nothing that the program has put there."""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.record import scratch_files
from grader.record.scratch_files import Spoiled
from grader.suite import read_all
from tests.grader import runs

SUITES = Path(__file__).parent.parent / "hidden"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "secret").write_text("secret")
    return tmp_path


Use = Callable[[Path, str], object]
USES: list[Use] = [
    scratch_files.read,
    scratch_files.touch,
    scratch_files.plain_file,
    lambda folder, name: scratch_files.open_within(folder, name, os.O_WRONLY),
    lambda folder, name: scratch_files.socket_address(folder, name).__enter__(),
]
IDS = ["read", "touch", "plain_file", "open", "socket"]


@pytest.mark.parametrize("use", USES, ids=IDS)
@pytest.mark.parametrize("target", ["secret", "not there"])
def test_no_link_is_followed(outside: Path, use: Use, target: str) -> None:
    scratch = outside / "scratch"
    (scratch / "link").symlink_to(outside / target)
    with pytest.raises(Spoiled):
        use(scratch, "link")
    assert sorted(each.name for each in outside.iterdir()) == ["scratch", "secret"]


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "folder/secret", "a/../../secret", ""])
def test_no_name_leads_out_of_the_folder(outside: Path, name: str) -> None:
    scratch = outside / "scratch"
    (scratch / "folder").symlink_to(outside)
    for use in (scratch_files.read, scratch_files.touch):
        with pytest.raises(Spoiled):
            use(scratch, name)


def test_nothing_is_waited_for(outside: Path) -> None:
    scratch = outside / "scratch"
    os.mkfifo(scratch / "pipe")
    for use in (scratch_files.read, scratch_files.touch, scratch_files.plain_file):
        with pytest.raises(Spoiled):
            use(scratch, "pipe")


def test_a_file_is_read_up_to_a_bound(outside: Path) -> None:
    with (outside / "scratch" / "large").open("wb") as file:
        file.truncate(2**33)
    assert len(scratch_files.read(outside / "scratch", "large")) == 1_000_000


async def connected(folder: Path) -> bytes:
    with scratch_files.socket_address(folder, "door") as address:
        reader, writer = await asyncio.open_unix_connection(address)
    writer.write_eof()
    found = await reader.read(100)
    writer.close()
    return found


def test_a_socket_of_the_program_is_reached_and_no_other(outside: Path) -> None:
    async def main() -> bytes:
        async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"come in")
            writer.close()

        async with await asyncio.start_unix_server(serve, outside / "host"):
            (outside / "scratch" / "door").symlink_to(outside / "host")
            with pytest.raises(Spoiled):
                await connected(outside / "scratch")
            (outside / "scratch" / "door").unlink()
            async with await asyncio.start_unix_server(serve, outside / "scratch" / "door"):
                return await connected(outside / "scratch")

    assert asyncio.run(main()) == b"come in"


def test_a_drive_that_finds_something_else_is_no_fault_of_the_suite() -> None:
    async def drive(run: object) -> None:
        run.read_file("notes")  # type: ignore[attr-defined]

    source = """
        import os, time
        os.symlink("/etc/hostname", "notes")
        def main():
            time.sleep(0.1)
    """
    for recorder in runs.recorder():
        recording = runs.record(recorder, source, drive=drive)
        assert (recording.fault, recording.trace.ended) == ("", "returned")


def test_of_a_flood_only_its_beginning_is_kept() -> None:
    async def main() -> tuple[int, int]:
        ours, theirs = socket.socketpair()
        reader, writer = await asyncio.open_connection(sock=ours)
        _, flood = await asyncio.open_connection(sock=theirs)

        async def send() -> None:
            for _ in range(40):
                flood.write(bytes(10**6))
                await flood.drain()
            flood.close()

        sending = asyncio.create_task(send())
        found = await read_all(reader)
        await sending
        writer.close()
        return len(found), len(await reader.read(1))

    assert asyncio.run(main()) == (1_000_000, 0)


@pytest.mark.parametrize("suite", sorted(SUITES.rglob("test_*.py")), ids=lambda suite: suite.stem)
def test_no_suite_opens_what_a_program_may_have_replaced_or_reads_without_a_bound(suite: Path) -> None:
    text = suite.read_text(encoding="utf-8")
    # Of the folder itself a drive may bind a socket in it, and see which names there are: neither follows a link.
    allowed = re.compile(r"(start_unix_server\(\w+, |bind\(str\(|pop\()run\.scratch|run\.scratch\.iterdir\(\)")
    for line in text.splitlines():
        if "run.scratch" in line:
            assert allowed.search(line), line
        assert "reader.read()" not in line, line
