"""What servers do in the wild, by name: each takes a request and the answer that would be right."""

import gzip
import json
import socket
import struct
import threading
import time
import zlib
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SLOW_S = 0.03
PAGE = b"<?xml version='1.0'?>\n<!-- hotel wifi -->\n<!DOCTYPE html><html><body>Please log in</body></html>"
MANY_DIGITS = "9" * 5000


class MisbehavingServer:
    """Answers with `truth` (path, headers, body -> status, headers, body), or as `behaviour` has it."""

    def __init__(self):
        self.truth, self.behaviour, self.after = None, None, 0
        self.asked, self.misbehaved, self.lock = [], 0, threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with outer.lock:
                    outer.asked.append((self.path, dict(self.headers)))
                    bad = outer.behaviour is not None and len(outer.asked) > outer.after
                    outer.misbehaved += bad
                answer = outer.truth(self.path, self.headers, body)
                self.close_connection = True
                with suppress(OSError):
                    outer.behaviour(self, *answer) if bad else say(self, *answer)

            do_POST = do_GET  # noqa: N815 - the name that the library calls

            def log_message(self, *_):
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def misbehave(self, behaviour, after=0):
        """Begin to misbehave after so many good answers."""
        self.behaviour, self.after, self.misbehaved = behaviour, after, 0
        self.asked.clear()

    def heal(self):
        self.behaviour = None
        self.asked.clear()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


def say(handler, status, headers, body, *, length=None):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    if "Transfer-Encoding" not in headers:
        handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


def instead(status, headers=(), body=b"no"):
    """Answer something else, always."""
    return lambda handler, *_: say(handler, status, dict(headers), body)


def as_if(**more):
    """Give the right answer under other headers."""
    more = {name.replace("_", "-"): value for name, value in more.items()}
    return lambda handler, status, headers, body: say(handler, status, headers | more, body)


def changed(change):
    """Give the right status and headers with another body."""
    return lambda handler, status, headers, body: say(handler, status, headers, change(body))


def raw(text):
    """Send bytes that may not even be HTTP."""
    return lambda handler, *_: handler.connection.sendall(text)


def drip_headers(handler, *_):
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100:
        handler.connection.sendall(bytes([byte]))
        time.sleep(SLOW_S)


def drip_body(handler, status, headers, body):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    for at in range(len(body)):
        handler.wfile.write(body[at : at + 1])
        handler.wfile.flush()
        time.sleep(SLOW_S)


def silence(handler, *answer):
    time.sleep(1.0)
    say(handler, *answer)


def reset(handler, *_):
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def hang_up(handler, *_):
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut(handler, status, headers, body):
    say(handler, status, headers, body[: len(body) // 2], length=len(body))


def short_length(handler, status, headers, body):
    say(handler, status, headers, body, length=len(body) // 2)


def chunks(handler, status, headers, pieces):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for piece in pieces:
        handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")


def chunks_cut(handler, status, headers, body):
    chunks(handler, status, headers, [body[: len(body) // 2]])


def chunks_without_end(handler, status, headers, body):
    def pieces():
        yield body
        while True:
            yield b" " * 65_536
            time.sleep(SLOW_S)

    chunks(handler, status, headers, pieces())


def bomb(handler, status, headers, _):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(squeeze.compress(bytes(1 << 20)) for _ in range(64)) + squeeze.flush()
    say(handler, status, headers | {"Content-Encoding": "gzip"}, body)


def packed(change=lambda body: body):
    return lambda handler, status, headers, body: say(
        handler, status, headers | {"Content-Encoding": "gzip"}, change(gzip.compress(body))
    )


def in_circles(handler, *_):
    say(handler, 302, {"Location": handler.path}, b"")


def ever_onward(handler, *_):
    say(handler, 302, {"Location": f"/{time.monotonic_ns()}"}, b"")


def bomb_with_redirect(handler, *_):
    bomb(handler, 302, {"Location": handler.path}, b"")


def redirect_without_end(handler, *_):
    def pieces():
        while True:
            yield b" " * 1_000_000

    chunks(handler, 302, {"Location": handler.path}, pieces())


def wants_cookies(handler, *answer):
    if "session" in handler.headers.get("Cookie", ""):
        say(handler, *answer)
    else:
        say(handler, 302, {"Location": handler.path, "Set-Cookie": "session=1; Path=/"}, b"")


def many_headers(handler, status, headers, body):
    say(handler, status, headers | {f"X-{number}": "x" for number in range(1000)}, body)


def continue_for_ever(handler, *_):
    while True:
        handler.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(SLOW_S)


def a_part(handler, _, headers, body):
    """Answer the first half of the file as a part, whatever was asked for."""
    half = len(body) // 2
    say(handler, 206, headers | {"Content-Range": f"bytes 0-{half - 1}/{len(body)}"}, body[:half])


def another_part(handler, _, headers, body):
    say(handler, 206, headers | {"Content-Range": f"bytes 7-{len(body) + 6}/{len(body) + 7}"}, body)


def entities(handler, *_):
    text = '<!DOCTYPE a [<!ENTITY b "haha">]><a>&b;&b;</a>'
    say(handler, 200, {"Content-Type": "text/xml"}, text.encode("utf-16"))


BEHAVIOURS = {
    "429 for ever": instead(429),
    "429 until tomorrow": instead(429, {"Retry-After": "86400"}),
    "503 with a nonsensical Retry-After": instead(503, {"Retry-After": "²"}),
    "503 until the end of days": instead(503, {"Retry-After": MANY_DIGITS}),
    "500 for ever": instead(500),
    "504 for ever": instead(504),
    "404": instead(404),
    "401": instead(401, {"WWW-Authenticate": "Basic"}),
    "204 no content": instead(204, body=b""),
    "304 though nothing is kept": instead(304, body=b""),
    "silence": silence,
    "headers by drips": drip_headers,
    "body by drips": drip_body,
    "100 Continue for ever": continue_for_ever,
    "connection reset": reset,
    "connection closed without an answer": hang_up,
    "not HTTP": raw(b"SSH-2.0-OpenSSH_9\r\n\r\n"),
    "body cut off": cut,
    "Content-Length too small": short_length,
    "Content-Length of 5,000 digits": as_if(Content_Length=MANY_DIGITS),
    "Content-Length below zero": raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}"),
    "two Content-Lengths": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}"),
    "chunks cut off": chunks_cut,
    "chunks without end": chunks_without_end,
    "gzip bomb": bomb,
    "gzip cut off": packed(lambda body: body[:-9]),
    "gzip that is none": as_if(Content_Encoding="gzip"),
    "a packing nobody asked for": as_if(Content_Encoding="br"),
    "packed twice": as_if(Content_Encoding="gzip, gzip"),
    "a login page": instead(200, {"Content-Type": "text/html; charset=utf-8"}, PAGE),
    "a page labelled as data": instead(200, {"Content-Type": "application/octet-stream"}, PAGE),
    "an empty answer": instead(200, body=b""),
    "an excuse in JSON": instead(
        200, {"Content-Type": "application/json"}, b'{"error": {"message": "quota"}}'
    ),
    "a remark": instead(
        200, body=json.dumps({"elements": [], "remark": "runtime error: Query timed out"}).encode()
    ),
    "an image": instead(200, {"Content-Type": "image/png"}, b"\x89PNG\r\n\x1a\n" + bytes(500)),
    "brackets without end": instead(200, body=b"[" * 200_000),
    "half of the content": changed(lambda body: body[: len(body) // 2]),
    "zeros in place of the content": changed(lambda body: bytes(len(body))),
    "entities in UTF-16": entities,
    "redirects in circles": in_circles,
    "redirects ever onward": ever_onward,
    "redirects that are bombs": bomb_with_redirect,
    "redirects without end": redirect_without_end,
    "redirect to the machine's own metadata": instead(302, {"Location": "http://169.254.169.254/latest/"}),
    "redirect to a private address": instead(307, {"Location": "http://10.0.0.1/"}),
    "redirect to a file": instead(302, {"Location": "file:///etc/passwd"}),
    "redirect to an address that cannot be read": instead(302, {"Location": "http://[::1/"}),
    "redirect to a port beyond all": instead(302, {"Location": "http://127.0.0.1:99999/"}),
    "redirect with a password": instead(302, {"Location": "http://me:sesame@example.org/"}),
    "redirect to a host of 300 letters": instead(302, {"Location": f"http://{'a' * 300}/"}),
    "cookies demanded": wants_cookies,
    "a thousand headers": many_headers,
    "a header of a megabyte": as_if(X_Long="x" * 1_000_000),
    "a part in place of the whole": a_part,
    "another part than was asked for": another_part,
    "Content-Range of 5,000 digits": instead(206, {"Content-Range": f"bytes 0-1/{MANY_DIGITS}"}),
}
