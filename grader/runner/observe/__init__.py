"""What a program looks like from inside, while it runs: explanation, and no evidence."""

from grader.runner.observe.observer import Observer
from grader.runner.observe.outbox import Limits

__all__ = ["Limits", "Observer"]
