"""start_it: the backup runs, and it is complete before the upgrade begins."""

from grader.suite import Trace, double, fresh, points, record

TABLES = fresh.words(3)
VERSION = f"{fresh.number(2, 9)}.{fresh.number(0, 9)}"
SHOP = fresh.token()
ROWS = {table: fresh.number(100, 9999) for table in TABLES}
# The slowest comes first: whoever prints in the order of completion prints in another order than that of the tables.
TOOK = dict(zip(TABLES, sorted(fresh.delays(3, 0.2, 0.6, 0.1), reverse=True), strict=True))
UPGRADE = 0.3

program = record(
    None,
    world={
        "TABLES": TABLES,
        "VERSION": VERSION,
        "copy_table": double("copy_table", delay=TOOK.__getitem__, reply=ROWS.__getitem__),
        "upgrade": double("upgrade", delay=UPGRADE, reply=SHOP),
    },
)


@points(1, "every table is copied, once")
def test_copied(program: Trace) -> None:
    copied = [call.args[0] for call in program.calls("copy_table") if call.outcome == "replied"]
    assert sorted(copied) == sorted(TABLES), (
        f"expected one complete copy each of {_names(TABLES)}; complete: {_names(copied)}"
    )


@points(2, "the upgrade begins as soon as the last copy is complete, and not before", means="leaked-task")
def test_upgrade_waits(program: Trace) -> None:
    upgrade = program.call("upgrade", VERSION)
    for table in TABLES:
        copy = program.call("copy_table", table)
        assert copy.outcome == "replied", f"the copy of {table} was begun, and never complete"
        assert copy.end <= upgrade.start, (
            f"the upgrade began at {upgrade.start:.2f} s; the copy of {table} was complete at {copy.end:.2f} s"
        )
    last = max(program.calls("copy_table"), key=lambda copy: copy.end)
    idle = upgrade.start - last.end
    assert idle < 0.4, f"the last copy was complete at {last.end:.2f} s, the upgrade began {idle:.2f} s later"


@points(
    1, "the lines are printed in order, with what the backup and the upgrade gave", means="wrong-order", public=True
)
def test_lines(program: Trace) -> None:
    saved = [f"Saved {table}: {ROWS[table]} rows" for table in TABLES]
    end = ["Backup done", f"Upgrading to {VERSION}", f"Upgraded: {SHOP}"]
    assert program.lines == ["Backup starts", *saved, *end]
    assert program.elapsed < sum(TOOK.values()) + UPGRADE + 0.4


def _names(tables: list[str]) -> str:
    return ", ".join(tables) or "nothing"
