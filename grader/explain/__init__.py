"""What a run told of itself, in rows and findings that a learner can read: explanation, which decides nothing."""
