"""The tools of whoever writes exercises: check, verify, attacks, coverage."""
