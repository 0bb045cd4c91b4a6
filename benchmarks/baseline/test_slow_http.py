"""slow_http: requests over loopback to a server of the test."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from doubles import longest_hold, timed

LINES = ["castle-31", "harbour-8", "station-77"]
ANSWER = {"castle-31": "leaves in 4 min", "harbour-8": "leaves in 51 min", "station-77": "leaves in 17 min"}
SECONDS = {"castle-31": 1.1, "harbour-8": 0.9, "station-77": 1.0}


@pytest.fixture
def server():
    asked = []
    failing = set()

    class Timetable(BaseHTTPRequestHandler):
        def do_GET(self):
            line = self.path.removeprefix("/next/")
            asked.append((time.monotonic(), line))
            time.sleep(SECONDS.get(line, 0.0))
            body = ANSWER.get(line, "no such line").encode()
            self.send_response(503 if line in failing else 200 if line in ANSWER else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Timetable) as timetable:
        timetable.asked, timetable.failing = asked, failing
        threading.Thread(target=timetable.serve_forever, args=[0.05], daemon=True).start()
        yield timetable
        timetable.shutdown()


def test_board(exercise, server, capsys):
    _, took = timed(exercise.main(server.server_port, LINES))
    expected = [f"asking {len(LINES)} lines", *(f"{line}: {ANSWER[line]}" for line in LINES)]
    assert capsys.readouterr().out.splitlines() == expected
    assert sorted(line for _, line in server.asked) == sorted(LINES)
    moments = [at for at, _ in server.asked]
    assert max(moments) - min(moments) < min(SECONDS.values())
    assert took < max(SECONDS.values()) + 0.9


def test_error_status(exercise, server, capsys):
    server.failing.add(LINES[1])
    with pytest.raises(Exception):  # noqa: B017, PT011
        timed(exercise.main(server.server_port, LINES[:2]))
    assert LINES[1] in [line for _, line in server.asked]
    assert not [line for line in capsys.readouterr().out.splitlines() if line.startswith(LINES[1])]


def test_loop_is_free(exercise, server):
    assert longest_hold(exercise.main(server.server_port, LINES)) < 0.7
