"""Judge: pytest suites that read traces."""
