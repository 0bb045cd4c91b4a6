"""One word, and the line is dead.

The console of a greenhouse is a plain program: it asks for a command, sends it, prints the answer, and asks for the
next one. Only the connection to the greenhouse is asynchronous. As handed out, the program ends with an error instead
of the first answer.

Once it is right, `python runner.py` prints this (the seconds on the left are not printed):

    0.5   open roof: done
    0.8   warmer: 21 degrees
    1.3   dance: refused
    1.4   the window is open
    1.6   close roof: done

Leave alone: `COMMANDS`, `next_command`, `answer` and `Line`.
