"""A stranger's web server for tests: a real one, in a thread, that answers by path as it is told."""

import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = {"Content-Type": "text/html; charset=utf-8"}


class Stranger(ThreadingHTTPServer):
    """`pages`: path → (status, headers, body), or a function of the handler. `got`: what was asked for."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answering)
        self.pages, self.got, self.agents, self.sent = {}, [], set(), 0
        self.asking, self.most_at_once = 0, 0
        self.lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def page(self, path="/", title="关于印发示例方案的通知", status=200, **headers):
        body = f"<html><head><meta charset=utf-8><title>{title}</title></head><body>正文</body></html>"
        self.pages[path] = (status, PAGE | headers, body.encode())
        return self.url + path

    def redirect(self, path, to, status=302):
        self.pages[path] = (status, {"Location": to}, b"")
        return self.url + path

    def handle_error(self, *_):
        pass


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        with server.lock:
            server.got.append((self.command, self.path))
            server.agents.add(self.headers["User-Agent"])
            server.asking += 1
            server.most_at_once = max(server.most_at_once, server.asking)
        time.sleep(0.01)  # so that others who ask meanwhile are seen
        with server.lock:
            server.asking -= 1  # before the answer: who has it may ask again at once
        found = server.pages.get(self.path, (404, PAGE, b"<title>404</title>"))
        if callable(found):
            found(self)
        else:
            self.answer(*found)

    do_HEAD = do_GET  # noqa: N815  http.server finds it by this name

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def stranger():
    """A server that is there as long as it is used."""
    with Stranger() as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield server
        server.shutdown()


def dead_address(path="/x"):
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}{path}"


def no_head(page):
    """A page that doesn't know HEAD."""
    return lambda handler: handler.answer(*((405, {}, b"") if handler.command == "HEAD" else page))


def garbage(handler):
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")


def dripping(handler):
    """Headers that never end, a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(200):
        try:
            handler.wfile.write(b"a")
            handler.wfile.flush()
        except OSError:
            return
        time.sleep(0.02)


def endless(megabytes):
    """A page of so many megabytes; the server counts what it gets rid of."""

    def send(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(megabytes << 20))
        handler.end_headers()
        if handler.command == "HEAD":
            return
        piece = b"<p>" + b"x" * 65533
        for _ in range(megabytes * 16):
            try:
                handler.wfile.write(piece)
            except OSError:
                return
            handler.server.sent += len(piece)

    return send
