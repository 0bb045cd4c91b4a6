"""The tools for authors of exercises: check, verify, attacks, coverage."""
