"""Remembers what was judged rightly and has not changed since, so that an author need not wait for it again."""

from __future__ import annotations

from grader.judge.task import Task
from grader.load.json_store import Entries, Memory
from grader.load.kit import Kit
from grader.load.state import key_for

_SCHEMA = "turtles/proved-v1"


class Proofs:
    """The programs that ``turtles verify`` judged rightly, stored in ``.turtles`` by what their verdict depends on.

    ``problem`` says why they could not be stored; it is empty if they could.
    """

    def __init__(self, kit: Kit, sandbox: str) -> None:
        self._kit = kit
        self._sandbox = sandbox
        self._memory = Memory(kit.state_folder, "proved.json", _SCHEMA, "keys")
        self._keys: dict[tuple[str, str], str] = {}
        self._proved: set[tuple[str, str]] = set()
        self.problem = ""
        try:
            self._known = self._memory.read()
        except OSError:
            self._known = {}

    def contains(self, task: Task) -> bool:
        """Whether this task was judged rightly as it is now."""
        name = task.exercise.name
        key = self._keys[name, task.label] = key_for(self._kit, task.exercise, task.submission, self._sandbox)
        labels = self._known.get(name, {}).get(key)
        return isinstance(labels, list) and task.label in labels

    def add(self, task: Task) -> None:
        """Remember that a task was judged rightly."""
        self._proved.add((task.exercise.name, task.label))

    def save(self) -> None:
        """Store what is known of the exercises that were asked about, and forget programs that have changed."""
        new: Entries = {name: {} for name, _ in self._keys}
        for (name, label), key in self._keys.items():
            if (name, label) in self._proved:
                new[name].setdefault(key, []).append(label)
        try:
            self._memory.change(lambda old: {**old, **new})
        except OSError as error:
            self.problem = f"{self._memory.folder} cannot be written ({error.strerror or error}): nothing is remembered"
