"""A report reaches its file whole, or the command says why not."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.files import write_text

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


def test_a_file_is_written_as_utf8_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_text(tmp_path / "r.json", "é…\n")
    assert (tmp_path / "r.json").read_bytes() == "é…\n".encode()
    assert list(tmp_path.iterdir()) == [tmp_path / "r.json"]


def test_half_a_surrogate_pair_does_not_lose_the_report(tmp_path: Path) -> None:
    write_text(tmp_path / "r.json", '"\udc80"')
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8")) == "\udc80"


@posix
def test_a_new_file_can_be_read_by_whom_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_text(tmp_path / "r.json", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "r.json").stat().st_mode) == 0o644


@posix
def test_an_old_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    old = tmp_path / "r.json"
    old.write_text("old", encoding="utf-8")
    old.chmod(0o640)
    write_text(old, "new")
    assert old.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


@posix
def test_whoever_reads_the_old_file_meanwhile_reads_all_of_it(tmp_path: Path) -> None:
    old = tmp_path / "r.json"
    old.write_text("old", encoding="utf-8")
    with old.open(encoding="utf-8") as reader:
        write_text(old, "new")
        assert reader.read() == "old"


@posix
def test_a_link_is_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


@posix
def test_a_device_is_written_to_and_not_replaced() -> None:
    program = "from pathlib import Path; from grader.files import write_text; write_text(Path('/dev/stdout'), 'out')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "out"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot write .*r\.json: the folder .*missing does not exist; make it first"):
        write_text(tmp_path / "missing" / "r.json", "x")


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is a folder"):
        write_text(tmp_path, "x")


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="file is not a folder"):
        write_text(tmp_path / "file" / "r.json", "x")


@posix
def test_a_loop_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(UsageError, match="cannot write"):
        write_text(tmp_path / "a", "x")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="no permission"):
        write_text(tmp_path / "r.json", "x")


def test_pieces_are_written_one_after_the_other(tmp_path: Path) -> None:
    write_text(tmp_path / "r.json", iter(["é", "…\n", "end"]))
    assert (tmp_path / "r.json").read_text(encoding="utf-8") == "é…\nend"


def test_a_refused_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UsageError, match="you have no permission to write there") as caught:
        write_text(tmp_path / "r.json", "x")
    assert caught.value.exit_status == 2


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    old = tmp_path / "r.json"
    old.write_bytes(b"old")

    def half() -> Iterator[str]:
        yield "ha"
        raise OSError(28, "No space left on device")

    with pytest.raises(UsageError, match="No space left on device"):
        write_text(old, half())
    assert old.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [old]
