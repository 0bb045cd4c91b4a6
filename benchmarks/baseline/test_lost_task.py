"""lost_task: background tasks are kept, and waited for before the work is called done."""

import pytest
from doubles import double, single, timed

ORDERS = ["jam", "eggs", "rye", "figs"]
SECONDS = {"jam": 1.3, "eggs": 0.5, "rye": 0.6, "figs": 0.3}
FAILING = ["eggs", "figs"]
CHARGE_S = 0.2


@pytest.fixture
def stall(exercise, monkeypatch):
    def replace(raises):
        charge, charged = double(CHARGE_S)
        send_receipt, sent = double(SECONDS.__getitem__, raises=raises)
        monkeypatch.setattr(exercise, "charge", charge)
        monkeypatch.setattr(exercise, "send_receipt", send_receipt)
        return charged, sent

    return replace


def test_as_it_is(exercise, capsys):
    _, took = timed(exercise.main())
    assert capsys.readouterr().out.splitlines() == [
        "tea paid",
        "bread paid",
        "honey paid",
        "receipt for tea sent",
        "receipt for honey sent",
        "no receipt for: bread",
    ]
    assert took < 1.9


def test_day(exercise, stall):
    charged, sent = stall(lambda order: ConnectionResetError("mailbox full") if order in FAILING else None)
    failed, took = timed(exercise.sell(ORDERS))
    assert isinstance(failed, list)
    assert sorted(failed) == sorted(FAILING)
    assert took < CHARGE_S + SECONDS["jam"] + 0.4
    assert charged.args == ORDERS
    assert charged.peak == 1
    assert sorted(sent.args) == sorted(ORDERS)
    assert all(call.done for call in sent.made)
    for order, paid in zip(ORDERS, charged.made, strict=True):
        begun = sent.made[sent.args.index(order)].start
        assert 0 <= begun - paid.end < 0.15, order
    for before, after in zip(charged.made, charged.made[1:], strict=False):
        assert after.start - before.end < 0.15


@pytest.mark.parametrize("error", [OSError("the disk is full"), TimeoutError("too slow"), KeyError("address")])
def test_other_errors(exercise, stall, error):
    stall(lambda order: error if order == "rye" else None)
    with pytest.raises(BaseException) as raised:  # noqa: PT011
        timed(exercise.sell(ORDERS))
    assert type(error) in [type(each) for each in single(raised.value)]
