"""start_it: the backup runs, and it is complete before the upgrade begins."""

import contextlib

import pytest
from doubles import double

TABLES = ["stock", "prices", "staff"]
ROWS = {"stock": 412, "prices": 5180, "staff": 33}
# The slowest comes first: tables that are copied together are never complete in their order.
SECONDS = {"stock": 0.5, "prices": 0.35, "staff": 0.2}


@pytest.fixture
def night(exercise, monkeypatch):
    def replace(raises=None):
        copy_table, copied = double(SECONDS.__getitem__, ROWS.__getitem__, raises)
        upgrade, upgraded = double(0.3, "shop 8.4")
        monkeypatch.setattr(exercise, "TABLES", TABLES)
        monkeypatch.setattr(exercise, "VERSION", "8.4")
        monkeypatch.setattr(exercise, "copy_table", copy_table)
        monkeypatch.setattr(exercise, "upgrade", upgrade)
        return copied, upgraded

    return replace


def test_backup_then_upgrade(night, run_script, capsys):
    copied, upgraded = night()
    took = run_script()
    assert sorted(copied.args) == sorted(TABLES)
    assert all(call.done for call in copied.made)
    assert upgraded.args == ["8.4"]
    assert max(call.end for call in copied.made) <= upgraded.made[0].start
    saved = [f"Saved {table}: {ROWS[table]} rows" for table in TABLES]
    end = ["Backup done", "Upgrading to 8.4", "Upgraded: shop 8.4"]
    assert capsys.readouterr().out.splitlines() == ["Backup starts", *saved, *end]
    assert took < sum(SECONDS.values()) + 0.3 + 0.4


@pytest.mark.parametrize("error", [OSError("the disk is full"), ValueError("strange row"), KeyError("id")])
def test_no_upgrade_after_a_failure(night, run_script, error):
    copied, upgraded = night(lambda table: error if table == "prices" else None)
    with contextlib.suppress(Exception, SystemExit):
        run_script()
    assert "prices" in copied.args
    assert not upgraded.made
