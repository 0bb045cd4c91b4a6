"""Submissions that are nearly the same where hardly anybody else's is.

Exercises are short, and right answers to them are alike by nature. So what counts is only what a file has of its own:
lines that are neither in what was handed out nor in the reference answer, compared with the names taken out; and beside
them its comments and the names it gives. The rarer in the class, the more; what a third of the class writes is no
evidence at all. As in MOSS and its like, pairs are looked for only among files that share something rare: so the work
grows with the class, and not with its square.
"""

from __future__ import annotations

import builtins
import keyword
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from grader.class_result import ClassResult, Likeness
from grader.errors import KitError

ALIKE: Final = 0.8
"""How alike the own text of two files has to be: the share of it that is the same."""
EVIDENCE: Final = 80.0
"""How much they have to share that is rare: characters, each worth the less the more of the class wrote it."""
COMMON: Final = 0.3
"""What this share of the class wrote is no evidence."""

_FEW: Final = 4
"""In a class too small for the share to mean anything, text that this many students wrote does not count either."""
_CROWD: Final = 25
"""What more different files than this share leads to no pair: a rarer line of theirs will."""
_SHOWN: Final = 8
"""Lines shown of an exercise."""
_DULL: Final = 8.0
"""What is worth no more is not worth showing: ``else:``."""
_LONGEST: Final = 160
"""Characters shown of a line."""

_TOKEN: Final = re.compile(
    r"""(?P<string>[rRbBuUfF]{0,2}(?:\"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z)|'{3}(?:\\.|[^\\])*?(?:'{3}|\Z)
                  |"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))
      |(?P<comment>\#[^\n]*)|(?P<name>[^\W\d]\w*)|(?P<number>\d[\w.]*)|(?P<end>\n)|(?P<other>[^\s])""",
    re.VERBOSE | re.DOTALL,
)
_KEPT: Final = frozenset(keyword.kwlist) | frozenset(dir(builtins))
# Names that a program gives itself, and not what it calls.
_GIVEN: Final = re.compile(r"\b(?:def|class)\s+(\w+)|\bself\s*\.\s*(\w+)")
_PLACE: Final = "_"
"""What stands for a name."""


@dataclass(frozen=True)
class _Text:
    """A program, line by line: ``code`` and ``comments`` as they are compared, with what was written there."""

    code: tuple[tuple[str, str], ...]
    comments: tuple[tuple[str, str], ...]
    names: Mapping[str, str]
    """The names that it uses, with the line where each comes first."""


@dataclass(frozen=True)
class _Own:
    """The parts of a file that others do not have."""

    code: tuple[str, ...]
    comments: tuple[str, ...]
    features: frozenset[str]
    """What it can share: lines of code, comments, names, each with a letter before it that says what it is."""
    written: Mapping[str, str] = field(compare=False, hash=False)
    """By feature, the line as it stands in the file."""


@dataclass
class _Variant:
    """Files of one exercise that are the same in what they have of their own."""

    own: _Own
    students: list[str]


@dataclass(frozen=True)
class _Found:
    """A group in one exercise."""

    students: tuple[str, ...]
    exercise: str
    similarity: float
    evidence: float
    lines: tuple[str, ...]


def near_identical(
    result: ClassResult, handed_out: Mapping[str, str], reference: Mapping[str, str] | None = None
) -> tuple[Likeness, ...]:
    """Groups of students whose files are nearly the same; those with most evidence come first.

    ``handed_out`` and ``reference``: the texts by exercise that nobody has to have from anybody. Raises ``KitError``
    without rapidfuzz, before anything is compared.
    """
    _rapidfuzz()
    groups: dict[tuple[str, ...], list[_Found]] = defaultdict(list)
    for exercise in result.exercises:
        name = exercise.name
        known = [_read(text) for texts in (handed_out, reference or {}) if (text := texts.get(name)) is not None]
        for found in _in_exercise(name, _variants(result, name, known)):
            groups[found.students].append(found)
    ordered = sorted(groups.items(), key=lambda item: (-sum(pair.evidence for pair in item[1]), item[0]))
    return tuple(
        Likeness(
            students,
            tuple(pair.exercise for pair in found),
            round(min(pair.similarity for pair in found), 2),
            tuple(line for pair in found for line in pair.lines),
        )
        for students, found in ordered
    )


def _rapidfuzz() -> None:
    try:
        import rapidfuzz  # noqa: F401
    except ImportError:
        raise KitError(
            "looking for submissions that are nearly the same needs rapidfuzz: install it with `pip install rapidfuzz`,"
            " in this kit's .venv"
        ) from None


def _variants(result: ClassResult, name: str, known: Sequence[_Text]) -> list[_Variant]:
    """The different files of an exercise. One that has nothing of its own is none of them."""
    holders: dict[str, list[str]] = defaultdict(list)
    for entry in result.entries:
        if (text := entry.sources.get(name)) is not None:
            holders[text].append(entry.student.id)
    variants: dict[_Own, _Variant] = {}
    for text, students in holders.items():
        own = _own(_read(text), known)
        if own.features:
            variants.setdefault(own, _Variant(own, [])).students.extend(students)
    return list(variants.values())


def _in_exercise(name: str, variants: Sequence[_Variant]) -> Iterator[_Found]:
    worth = _worth(variants)
    alike: dict[tuple[int, int], float] = {}
    for one, other in _candidates(variants, worth):
        a, b = variants[one].own, variants[other].own
        if _evidence(a.features & b.features, worth) >= EVIDENCE and (similarity := _similarity(a, b)) >= ALIKE:
            alike[one, other] = similarity
    for group in _groups(len(variants), alike):
        students = sorted(student for index in group for student in variants[index].students)
        shared = frozenset.intersection(*(variants[index].own.features for index in group))
        evidence = _evidence(shared, worth)
        # Students with the very same file are a group of their own.
        if len(students) > 1 and (len(group) > 1 or evidence >= EVIDENCE):
            similarity = min((alike[pair] for pair in combinations(sorted(group), 2) if pair in alike), default=1.0)
            yield _Found(tuple(students), name, similarity, evidence, _lines(variants, group, shared, worth))


def _groups(number: int, pairs: Iterable[tuple[int, int]]) -> Iterable[list[int]]:
    """Everybody from 0 in groups: who is in a pair is in one group with the other, and with whom that one is."""
    groups = {index: [index] for index in range(number)}
    for one, other in pairs:
        if groups[one] is not groups[other]:
            larger, smaller = sorted((groups[one], groups[other]), key=len, reverse=True)
            larger.extend(smaller)
            groups.update(dict.fromkeys(smaller, larger))
    return {id(group): group for group in groups.values()}.values()


def _worth(variants: Sequence[_Variant]) -> dict[str, float]:
    """What each feature is worth as evidence: characters, times how rare it is; what is common is not in it."""
    held: Counter[str] = Counter()
    for variant in variants:
        held.update(dict.fromkeys(variant.own.features, len(variant.students)))
    common = max(COMMON * sum(len(variant.students) for variant in variants), _FEW)
    return {
        feature: _length(feature) * math.log(common / max(number, 2)) / math.log(common / 2)
        for feature, number in held.items()
        if number < common
    }


def _length(feature: str) -> int:
    return sum(character not in "_ " for character in feature[1:])


def _evidence(features: Iterable[str], worth: Mapping[str, float]) -> float:
    return sum(worth.get(feature, 0.0) for feature in features)


def _candidates(variants: Sequence[_Variant], worth: Mapping[str, float]) -> set[tuple[int, int]]:
    """Pairs of variants that share something rare."""
    having: dict[str, list[int]] = defaultdict(list)
    for index, variant in enumerate(variants):
        if _evidence(variant.own.features, worth) >= EVIDENCE:
            for feature in variant.own.features:
                if feature in worth:
                    having[feature].append(index)
    return {pair for indexes in having.values() if len(indexes) <= _CROWD for pair in combinations(indexes, 2)}


def _similarity(a: _Own, b: _Own) -> float:
    """Of code by its tokens, of comments by their letters, line by line in the order of the alphabet."""
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Indel

    one, other = (" ".join(own.code).split(" ") for own in (a, b))
    said, also = (" ".join(own.comments) for own in (a, b))
    code, words = len(one) + len(other), len(said.split()) + len(also.split())
    alike = Indel.normalized_similarity(one, other) * code + fuzz.ratio(said, also) / 100 * words
    return alike / (code + words)


def _lines(
    variants: Sequence[_Variant], own: Sequence[int], shared: frozenset[str], worth: Mapping[str, float]
) -> tuple[str, ...]:
    """What says most of what they share, in the order of the file that it is quoted from."""
    first = min((variants[index] for index in own), key=lambda variant: min(variant.students)).own
    best = sorted((code for code in shared if worth.get(code, 0.0) > _DULL), key=lambda code: (-worth[code], code))
    chosen = list(dict.fromkeys(line for code in best if (line := first.written[code])))[:_SHOWN]
    return tuple(line[:_LONGEST] for line in dict.fromkeys(first.written.values()) if line in chosen)


def _own(text: _Text, known: Sequence[_Text]) -> _Own:
    code_known = {line for text in known for line, _ in text.code}
    comments_known = {line for text in known for line, _ in text.comments}
    names_known = {name for text in known for name in text.names}
    code = [(line, written) for line, written in text.code if line not in code_known]
    comments = [(line, written) for line, written in text.comments if line not in comments_known]
    written: dict[str, str] = {}
    for letter, lines in (("c", code), ("#", comments)):
        for line, as_written in lines:
            written.setdefault(letter + line, as_written)
    written |= {"n" + name: line for name, line in text.names.items() if name not in names_known}
    return _Own(
        tuple(line for line, _ in code), tuple(sorted(line for line, _ in comments)), frozenset(written), written
    )


def _words(comment: str) -> str:
    return " ".join(re.findall(r"\w+", comment.lower()))


def _read(text: str) -> _Text:
    code: list[tuple[str, str]] = []
    comments: list[tuple[str, str]] = []
    names: dict[str, str] = {}
    tokens: list[str] = []
    used: list[str] = []
    start = 0
    previous = ""
    given = {name for pair in _GIVEN.findall(text) for name in pair}
    for match in _TOKEN.finditer(text + "\n"):
        kind, token = match.lastgroup, match.group()
        if kind == "comment" or (kind == "string" and not tokens and token.lstrip("rRbBuUfF")[:3] in ("'''", '"""')):
            comments += [(words, line.strip()) for line in token.split("\n") if (words := _words(line))]
        elif kind == "end":
            if tokens:
                line = text[start : match.start()].strip()
                code.append((" ".join(tokens), line))
                for name in used:
                    names.setdefault(name, line)
                tokens, used = [], []
            start = match.end()
        elif kind == "name" and token not in _KEPT and (previous != "." or token in given):
            used.append(token)
            tokens.append(_PLACE)
        else:
            tokens.append(re.sub(r"\{\w+", "{", token).strip("rRbBuUfF").strip("'\"") if kind == "string" else token)
        previous = token
    return _Text(tuple(code), tuple(comments), names)
