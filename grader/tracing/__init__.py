"""``turtles trace``: a program of the user's, run as it always is, and the timeline of what it did.

Nothing is judged here. ``program`` runs it, ``collect`` keeps what it tells of itself, ``trace`` puts both together.
"""
