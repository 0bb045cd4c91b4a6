"""Record: run the learner's program in a process of its own and write down what it did, on the grader's clock."""
