"""A server that misbehaves in every way seen in the wild: a typed error or the whole file, never something between."""

import gzip
import hashlib
import http.server
import socket
import struct
import threading
import time
import zlib
from contextlib import suppress

import numpy as np
import pytest

from urbanplan.base.errors import FetchError, LayerError
from urbanplan.sources.protocol.fetch import fetch
from urbanplan.sources.protocol.guard import Line, check_url, is_literal_private, is_public, shown

BODY = bytes(range(256)) * 400
SHA = hashlib.sha256(BODY).hexdigest()


class Server:
    """Answers by a list of behaviours, the last of them for ever, and remembers what it was asked."""

    def __init__(self):
        self.script, self.asked = [], []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                outer.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
                step = outer.script[min(len(outer.asked), len(outer.script)) - 1]
                with suppress(OSError):
                    step(self)
                self.close_connection = True

            do_POST = do_GET  # noqa: N815 - the name that the library calls

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/data.bin"

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "cache" / "data.bin"


def get(server, target, *script, **options):
    server.script = list(script)
    knobs = {"allow_private": True, "pause_s": 0.01, "deadline_s": 5.0} | options
    return fetch(server.url, target, **knobs)


def good(handler, body=BODY, status=200, **headers):
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    for key, value in headers.items():
        handler.send_header(key.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def answer(status, body=b"no", **headers):
    return lambda handler: good(handler, body, status, **headers)


def reset(handler):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def truncated(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(BODY)))
    handler.end_headers()
    handler.wfile.write(BODY[:1000])


def drip(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def header_drip(handler):
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100:
        handler.connection.sendall(bytes([byte]))
        time.sleep(0.05)


def silence(handler):
    time.sleep(1.5)
    good(handler)


def chunks_cut(handler):
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"5\r\nhello\r\n")


def leftovers(target):
    return sorted(path.name for path in target.parent.iterdir())


def test_a_whole_file_arrives_with_its_checksum(server, target):
    seen = []
    got = get(server, target, good, sha256=SHA, progress=lambda now, total: seen.append((now, total)))
    assert target.read_bytes() == BODY
    assert (got.size, got.sha256, got.path) == (len(BODY), SHA, target)
    assert seen[-1] == (len(BODY), len(BODY))
    assert leftovers(target) == ["data.bin"]
    assert server.asked[0][2]["User-Agent"].startswith("urbanplan/")


def test_posted_words_arrive_and_gzip_is_unpacked(server, target):
    get(
        server,
        target,
        answer(200, gzip.compress(BODY), Content_Encoding="gzip"),
        data={"data": "[out:json];ถนน"},
    )
    assert target.read_bytes() == BODY
    assert server.asked[0][0] == "POST"
    assert b"data=%5Bout%3Ajson" in server.asked[0][3]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_is_busy_for_ever_is_asked_five_times(server, target, status):
    with pytest.raises(FetchError, match=f"HTTP {status}.*5 requests"):
        get(server, target, answer(status))
    assert len(server.asked) == 5
    assert leftovers(target) == []


def test_a_server_that_recovers_is_forgiven(server, target):
    get(server, target, answer(429, Retry_After="0"), reset, truncated, chunks_cut, good, sha256=SHA)
    assert target.read_bytes() == BODY
    assert len(server.asked) == 5


def test_it_waits_as_long_as_the_server_says_but_not_longer_than_allowed(server, target):
    begun = time.monotonic()
    get(server, target, answer(503, Retry_After="1"), good)
    assert time.monotonic() - begun >= 1
    with pytest.raises(FetchError, match="asks to wait 3,600 s"):
        get(server, target, answer(429, Retry_After="3600"))
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418])
def test_a_clear_no_is_taken_at_once(server, target, status):
    with pytest.raises(FetchError, match=f"HTTP {status}"):
        get(server, target, answer(status))
    assert len(server.asked) == 1


@pytest.mark.parametrize("behaviour", [drip, header_drip, silence])
def test_slow_answers_end_at_the_deadline(server, target, behaviour):
    begun = time.monotonic()
    with pytest.raises(FetchError, match=r"within 0\.6 s"):
        get(server, target, behaviour, deadline_s=0.6)
    assert time.monotonic() - begun < 1.5
    assert leftovers(target) == []


@pytest.mark.parametrize("behaviour", [truncated, chunks_cut, reset])
def test_a_broken_answer_is_never_taken_for_the_file(server, target, behaviour):
    with pytest.raises(FetchError, match="broke off"):
        get(server, target, behaviour)
    assert len(server.asked) == 5
    assert leftovers(target) == []


def test_an_empty_answer_is_an_error_and_the_old_file_stays(server, target):
    get(server, target, good)
    server.asked.clear()
    with pytest.raises(FetchError, match="empty"):
        get(server, target, answer(200, b""))
    assert target.read_bytes() == BODY


def test_size_is_bounded_before_during_and_after_unpacking(server, target):
    with pytest.raises(FetchError, match="allowed"):
        get(server, target, good, max_bytes=1000)
    server.asked.clear()
    packed = gzip.compress(bytes(3_000_000))
    with pytest.raises(FetchError, match="allowed"):
        get(server, target, answer(200, packed, Content_Encoding="gzip"), max_bytes=1_000_000)
    assert len(server.asked) == 1
    assert leftovers(target) == []


def test_a_bomb_is_recognised_by_how_it_swells(server, target):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(70)) + squeeze.flush()
    with pytest.raises(FetchError, match="fold"):
        get(server, target, answer(200, bomb, Content_Encoding="gzip"))
    assert leftovers(target) == []


def test_gzip_that_is_none_or_cut_is_tried_again_and_refused(server, target):
    with pytest.raises(FetchError, match="packed"):
        get(server, target, answer(200, BODY, Content_Encoding="gzip"))
    server.asked.clear()
    with pytest.raises(FetchError, match="packed answer broke off"):
        get(server, target, answer(200, gzip.compress(BODY)[:-9], Content_Encoding="gzip"))


@pytest.mark.parametrize(
    "page",
    [
        answer(200, b"<html>login", Content_Type="text/html; charset=utf-8"),
        answer(200, b"\n<!DOCTYPE html><p>"),
    ],
)
def test_a_web_page_in_place_of_data_is_refused(server, target, page):
    with pytest.raises(FetchError, match="web page"):
        get(server, target, page)
    assert len(server.asked) == 1
    assert leftovers(target) == []


def test_another_checksum_is_refused(server, target):
    with pytest.raises(FetchError, match="SHA-256"):
        get(server, target, good, sha256="0" * 64)
    assert leftovers(target) == []


def test_what_the_caller_cannot_use_is_not_kept(server, target):
    def no_remark(path):
        if b"remark" in path.read_bytes():
            raise LayerError("the server ran out of time and sent a part")

    with pytest.raises(FetchError, match="ran out of time"):
        get(server, target, answer(200, b'{"remark": "timed out"}'), validate=no_remark)
    assert leftovers(target) == []


def test_redirects_are_followed_and_counted(server, target):
    got = get(server, target, answer(302, Location="/other.bin"), good)
    assert got.url.endswith("/other.bin")
    server.asked.clear()
    with pytest.raises(FetchError, match="5 requests"):
        get(server, target, answer(301, Location="/data.bin"))
    assert len(server.asked) == 5


def test_a_posted_question_becomes_a_get_only_where_the_standard_says(server, target):
    get(server, target, answer(303, Location="/a"), good, data=b"q")
    assert [ask[0] for ask in server.asked] == ["POST", "GET"]
    server.asked.clear()
    get(server, target, answer(307, Location="/a"), good, data=b"q")
    assert [(ask[0], ask[3]) for ask in server.asked] == [("POST", b"q"), ("POST", b"q")]


@pytest.mark.parametrize(
    "onward", ["file:///etc/passwd", "ftp://example.org/x", "http://user:secret@example.org/"]
)
def test_redirects_to_what_is_no_web_address_are_refused(server, target, onward):
    with pytest.raises(FetchError, match="refused") as caught:
        get(server, target, answer(302, Location=onward))
    assert "secret" not in str(caught.value)


def test_only_allowed_hosts_are_asked_also_after_a_redirect(server, target):
    with pytest.raises(FetchError, match="not among the hosts"):
        get(server, target, answer(302, Location="http://elsewhere.example/x"), allowed_hosts=["127.0.0.1"])
    with pytest.raises(FetchError, match="not among the hosts"):
        get(server, target, good, allowed_hosts=["overpass-api.de"])
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x",
        "http://localhost:9/x",
        "http://[::1]:9/x",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/",
        "http://2130706433:9/",
        "http://127.1:9/",
        "http://[::ffff:10.0.0.1]/",
        "file:///etc/passwd",
        "/vsicurl/x",
        "gopher://x/",
    ],
)
def test_private_machines_and_other_schemes_are_refused_by_default(tmp_path, url):
    with pytest.raises(FetchError, match="refused"):
        fetch(url, tmp_path / "x", deadline_s=2)


def test_a_name_that_leads_to_a_private_machine_is_refused(monkeypatch):
    monkeypatch.setattr("urbanplan.sources.protocol.guard.get_environ_proxies", lambda _: {})
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("192.168.1.1", 80))])
    with pytest.raises(FetchError, match=r"leads to 192\.168\.1\.1"):
        check_url("http://rebind.example/", allowed_hosts=None, allow_private=False)


def test_the_connection_itself_is_checked_not_only_the_name(server, target, monkeypatch):
    # a name that was public when it was looked up and is private when it is connected to
    monkeypatch.setattr("urbanplan.sources.protocol.guard.check_url", lambda *_, **__: None)
    with pytest.raises(FetchError, match=r"127\.0\.0\.1 is not a public address"):
        get(server, target, good, allow_private=False)
    assert server.asked == []


def ranged(handler, etag='"v1"'):
    """Serve like a file server that can continue, cutting the first answer short."""
    asked = handler.headers.get("Range")
    if asked is None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(BODY)))
        handler.send_header("ETag", etag)
        handler.send_header("Accept-Ranges", "bytes")
        handler.end_headers()
        handler.wfile.write(BODY[:70_000])
        return
    if handler.headers.get("If-Range") != etag:
        good(handler)
        return
    start = int(asked.removeprefix("bytes=").rstrip("-"))
    good(handler, BODY[start:], 206, Content_Range=f"bytes {start}-{len(BODY) - 1}/{len(BODY)}", ETag=etag)


def test_a_cut_download_is_continued_where_the_server_can(server, target):
    get(server, target, ranged, sha256=SHA)
    assert "Range" not in server.asked[0][2]
    assert server.asked[1][2]["Range"].startswith("bytes=")
    assert target.read_bytes() == BODY
    assert leftovers(target) == ["data.bin"]


def test_a_later_call_continues_and_a_changed_file_is_started_anew(server, target):
    with pytest.raises(FetchError):
        get(server, target, ranged, tries=1)
    assert leftovers(target) == [".data.bin.part", ".data.bin.part.json"]
    server.asked.clear()
    get(server, target, lambda handler: ranged(handler, '"v2"'), sha256=SHA)
    assert "Range" in server.asked[0][2]
    assert target.read_bytes() == BODY
    assert leftovers(target) == ["data.bin"]


def test_a_wrong_part_is_thrown_away(server, target):
    def liar(handler):
        if handler.headers.get("Range"):
            good(handler, b"zzz", 206, Content_Range="bytes 0-2/3")
        else:
            ranged(handler)

    get(server, target, ranged, liar, good, sha256=SHA)
    assert target.read_bytes() == BODY


def test_a_file_that_changes_between_its_parts_is_started_anew(server, target):
    """The server does not heed If-Range, and only the tag of its answer tells that the rest is of another edition."""

    def newer(handler):
        start = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        good(
            handler,
            bytes(len(BODY) - start),
            206,
            Content_Range=f"bytes {start}-{len(BODY) - 1}/{len(BODY)}",
            ETag='"v2"',
        )

    get(server, target, ranged, newer, good, sha256=SHA)
    assert [ask[2].get("Range") is not None for ask in server.asked] == [False, True, False]


def test_a_rest_that_is_not_all_of_the_rest_is_asked_for_again(server, target):
    def a_little(handler):
        start = int(handler.headers["Range"].removeprefix("bytes=").rstrip("-"))
        part = BODY[start : start + 9_000]
        good(
            handler,
            part,
            206,
            Content_Range=f"bytes {start}-{start + len(part) - 1}/{len(BODY)}",
            ETag='"v1"',
        )

    get(server, target, ranged, a_little, a_little, a_little, ranged, sha256=SHA)
    starts = [
        int(ask[2]["Range"].removeprefix("bytes=").rstrip("-")) for ask in server.asked if "Range" in ask[2]
    ]
    assert np.diff(starts).tolist() == [9_000] * 3


def test_a_part_that_nobody_asked_for_is_never_the_whole(server, target):
    part = answer(
        206, BODY[:100], Content_Range=f"bytes 0-99/{len(BODY)}", ETag='"v1"', Accept_Ranges="bytes"
    )
    with pytest.raises(FetchError, match="another part"):
        get(server, target, part)
    assert leftovers(target) == []


def test_packed_files_one_behind_another_are_one_file(server, target):
    packed = gzip.compress(BODY[:50_000]) + gzip.compress(BODY[50_000:])
    get(server, target, answer(200, packed, Content_Encoding="gzip"), sha256=SHA)
    assert target.read_bytes() == BODY


@pytest.mark.parametrize("word", ["identity", "UTF-8", "none", "aws-chunked"])
def test_a_server_that_miscalls_its_plain_answer_packed_is_forgiven(server, target, word):
    get(server, target, answer(200, BODY, Content_Encoding=word), sha256=SHA)
    assert target.read_bytes() == BODY


def test_passwords_that_lie_about_and_cookies_are_not_sent(server, target, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login bob password sesame\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    get(server, target, answer(302, Location="/other", Set_Cookie="a=1; Path=/"), good)
    assert len(server.asked) == 2
    for _, _, headers, _ in server.asked:
        assert not {"authorization", "cookie"} & {name.lower() for name in headers}


def test_private_hosts_are_asked_where_whoever_runs_this_names_them(server, target, monkeypatch):
    monkeypatch.setenv("URBANPLAN_PRIVATE_HOSTS", "geo.city.lan,127.0.0.1")
    get(server, target, good, allow_private=False)
    monkeypatch.setenv("URBANPLAN_PRIVATE_HOSTS", "geo.city.lan")
    with pytest.raises(FetchError, match="name it in the environment variable URBANPLAN_PRIVATE_HOSTS"):
        get(server, target, good, allow_private=False)


@pytest.mark.parametrize(
    ("first", "then", "allowed"),
    [
        ("http://10.0.0.5/a", "http://10.0.0.5/b", True),
        ("http://10.0.0.5/a", "https://10.0.0.5/b", True),
        ("http://10.0.0.5/a", "http://10.0.0.5:8080/b", False),
        ("http://10.0.0.5:8080/a", "http://10.0.0.5/b", False),
        ("http://10.0.0.5/a", "http://10.0.0.6/b", False),
        ("http://10.0.0.5/a", "http://localhost/b", False),
        ("http://10.0.0.5/a", "https://8.8.8.8/b", True),
    ],
)
def test_no_answer_leads_to_another_private_machine(first, then, allowed, monkeypatch):
    monkeypatch.setattr("urbanplan.sources.protocol.guard.get_environ_proxies", lambda _: {})
    line = Line(first, allow_private=True)
    line.lead_to(first)
    if allowed:
        line.lead_to(then)
        return
    with pytest.raises(FetchError, match="a server may not send on to one"):
        line.lead_to(then)


def test_nobody_listening_is_one_sentence(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchError, match="refuses the connection"):
        fetch(f"http://127.0.0.1:{port}/x?token=secret", tmp_path / "x", allow_private=True, pause_s=0.01)


def test_addresses():
    assert is_public("8.8.8.8")
    assert is_public("2001:4860:4860::8888")
    for private in (
        "10.0.0.1",
        "127.0.0.1",
        "169.254.1.1",
        "::1",
        "fe80::1%eth0",
        "224.0.0.1",
        "2002:7f00:1::",
    ):
        assert not is_public(private)
    assert is_literal_private("localhost")
    assert not is_literal_private("example.org")
    assert shown("https://u:p@host:8/a?key=1") == "https://host:8/a"
