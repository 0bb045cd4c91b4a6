"""The side beside the learner's code: standard library only, and nothing of the judge."""
