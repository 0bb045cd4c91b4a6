"""in_order: results in the order of the input, whatever finishes first."""

from doubles import double, timed

PARAGRAPHS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
# The first one is the slowest.
SECONDS = dict(zip(PARAGRAPHS, [0.6, 0.3, 0.5, 0.1, 0.45, 0.2, 0.4, 0.15, 0.25], strict=True))


def test_as_it_is(exercise, capsys):
    _, took = timed(exercise.main())
    assert capsys.readouterr().out.splitlines() == [
        "De storm bereikte vannacht de kust.",
        "Niemand raakte gewond.",
        "De veerboten blijven vandaag in de haven.",
    ]
    assert 0.5 < took < 1.15


def test_order(exercise, monkeypatch):
    translate, _ = double(SECONDS.__getitem__, str.upper)
    monkeypatch.setattr(exercise, "translate", translate)
    translated, took = timed(exercise.translate_all(PARAGRAPHS))
    assert translated == [paragraph.upper() for paragraph in PARAGRAPHS]
    assert 0.5 < took < 0.6 + 0.45


def test_twice(exercise, monkeypatch):
    translate, _ = double(SECONDS.__getitem__, str.upper)
    monkeypatch.setattr(exercise, "translate", translate)
    translated, _ = timed(exercise.translate_all(["two", "four", "two", "six"]))
    assert translated == ["TWO", "FOUR", "TWO", "SIX"]


def test_many(exercise, monkeypatch):
    translate, asked = double(0.5, str.upper)
    monkeypatch.setattr(exercise, "translate", translate)
    paragraphs = [f"paragraph {number}" for number in range(120)]
    translated, took = timed(exercise.translate_all(paragraphs))
    assert translated == [paragraph.upper() for paragraph in paragraphs]
    assert asked.peak == len(paragraphs)
    assert took < 1.0
