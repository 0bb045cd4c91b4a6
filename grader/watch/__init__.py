"""``turtles watch``: the practice loop. A learner saves, and sees the verdict.

Two processes. This one has the screen and the keys (``app``, ``screen``, ``keys``) over what the learner does
(``session``), and hears of saves (``saves``). The other (``worker``) judges, and stays warm from one save to the next;
``judge`` is this end of the line to it.
"""
