"""One cache for many processes: each question is asked once, whoever dies in between, and everybody gets the whole answer."""

import hashlib
import json
import re
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from urbanplan.base.io import sha256
from urbanplan.sources.protocol.cache import Cache

BODY = np.random.default_rng(5).bytes(3_000_000)
ASK = """\
import json, sys, time
from pathlib import Path
from urbanplan.sources.protocol.cache import Cache
from urbanplan.sources.protocol.fetch import fetch
url, folder, ready, go = sys.argv[1:]
Path(ready).touch()
while not Path(go).exists():
    time.sleep(0.01)
path = Cache(Path(folder)).keep({"url": url}, lambda draft: fetch(url, draft, allow_private=True, pause_s=0.1, deadline_s=60))
print(json.dumps([str(path), path.stat().st_size]))
"""


@pytest.fixture
def server():
    """Give a slow server of one file that it can continue, and count what it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.headers.get("Range"))
            found = re.match(r"bytes=(\d+)-$", self.headers.get("Range", ""))
            begin = int(found[1]) if found else 0
            self.send_response(206 if found else 200)
            if found:
                self.send_header("Content-Range", f"bytes {begin}-{len(BODY) - 1}/{len(BODY)}")
            self.send_header("ETag", '"1"')
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(BODY) - begin))
            self.end_headers()
            for at in range(begin, len(BODY), 100_000):
                self.wfile.write(BODY[at : at + 100_000])
                self.server.sent.set()
                time.sleep(self.server.pause_s)

        def log_message(self, *_):
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    running.asked, running.sent, running.pause_s = [], threading.Event(), 0.02
    running.url = f"http://127.0.0.1:{running.server_port}/town.osm.pbf"
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def asking(server, tmp_path, number, go):
    ready = tmp_path / f"ready{number}"
    words = [sys.executable, "-c", ASK, server.url, str(tmp_path / "cache"), str(ready), str(go)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not ready.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    return process


def test_processes_that_ask_the_same_at_once_ask_the_server_once(server, tmp_path):
    go = tmp_path / "go"
    processes = [asking(server, tmp_path, number, go) for number in range(4)]
    go.touch()
    answers = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, answers
    assert len({out for out, _ in answers}) == 1
    assert len(server.asked) == 1
    path, size = json.loads(answers[0][0])
    assert size == len(BODY)
    assert sha256(Cache(tmp_path / "cache").held({"url": server.url})) == hashlib.sha256(BODY).hexdigest()
    assert path.endswith(hashlib.sha256(BODY).hexdigest()), "named by its content"


def test_another_takes_over_from_one_that_is_killed_and_goes_on_where_it_was(server, tmp_path):
    server.pause_s = 0.2
    go = tmp_path / "go"
    first, second = (asking(server, tmp_path, number, go) for number in range(2))
    go.touch()
    assert server.sent.wait(30)
    time.sleep(0.5)
    server.pause_s = 0.0
    draft = next((tmp_path / "cache" / "drafts").glob(".*.part"))
    assert 0 < draft.stat().st_size < len(BODY)
    fastest = next(process for process in (first, second) if holds_draft(process.pid, draft))
    fastest.send_signal(signal.SIGKILL)
    fastest.communicate()
    slower = second if fastest is first else first
    out, error = slower.communicate(timeout=60)
    assert slower.returncode == 0, error
    assert json.loads(out)[1] == len(BODY)
    assert server.asked[0] is None
    assert server.asked[1].startswith("bytes=")
    assert sha256(Cache(tmp_path / "cache").held({"url": server.url})) == hashlib.sha256(BODY).hexdigest()


def holds_draft(pid, draft):
    """Tell whether a process has the draft open."""
    from pathlib import Path  # noqa: PLC0415 - only here

    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if entry.resolve() == draft:
                return True
        except OSError:
            continue
    return False
