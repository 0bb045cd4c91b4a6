"""Report: every way a result is shown; all derived from `grader.result.Result` and nothing else."""
