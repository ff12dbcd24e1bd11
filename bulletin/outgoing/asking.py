"""One HTTP request to a guarded address: to an IP that was looked at, under its name, within a time.

http.client and not a library on top of it: those connect by name and look it up themselves; here the socket
is opened to the IP address first, and is in our hands when its time is over.
"""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote

SECONDS = 10.0  # for any one step
MOST_IPS = 3  # of a name that are tried, one after the other
# What may stand in a path and a query as it is; all else goes out in percents, as browsers send it
AS_WRITTEN = "/%:@!$&'()*+,;=~-._?[]"


class NotHttp(Exception):  # noqa: N818  a turn of events
    """Something answered, but not by HTTP."""


class NotConnected(ConnectionError):  # noqa: N818  a turn of events
    """No connection came about: nobody is there, or we can't get there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is its beginning, as much as was asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def ask(
    method: str,
    parts: SplitResult,
    ips: Sequence[str],
    port: int,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
    read: int = 0,
    seconds: float = 30.0,
    context: ssl.SSLContext | None = None,
) -> Answer:
    """Ask once. Raises NotConnected, NotHttp or another OSError: TimeoutError when `seconds` are over.

    parts, ips, port: of `guarding`. read: bytes of the answer's body that are wanted at most; whatever of it
    came in time is taken, and the rest is not fetched.
    """
    with _connection(parts, ips, port, seconds, context) as (connection, clock):
        try:
            connection.request(method, target_of(parts), body, dict(headers))
            response = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            if clock.is_over:
                raise TimeoutError from error
            if isinstance(error, OSError):
                raise
            raise NotHttp(type(error).__name__) from error
        if clock.is_over:  # headers that were cut short look like headers that end
            raise TimeoutError
        return Answer(response.status, response.headers, _beginning(response, read))


def target_of(parts: SplitResult) -> str:
    """What the request line names: path and query, whatever they are written in."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return quote(target, safe=AS_WRITTEN)


def _beginning(response: http.client.HTTPResponse, most: int) -> bytes:
    found = b""
    with contextlib.suppress(OSError, http.client.HTTPException):  # the status is known: that counts
        while len(found) < most and (more := response.read1(most - len(found))):
            found += more
    return found


class _Clock:
    """Ends a connection when its time is over, whatever it is waiting for."""

    def __init__(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds
        self.is_over = False
        self.socket: socket.socket | None = None
        self.timer = threading.Timer(seconds, self._cut)
        self.timer.daemon = True
        self.timer.start()

    @property
    def left(self) -> float:
        return max(0.001, self.ends_at - time.monotonic())

    def _cut(self) -> None:
        self.is_over = True
        if self.socket is not None:
            with contextlib.suppress(OSError):  # it may just have ended by itself
                self.socket.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def _connection(
    parts: SplitResult, ips: Sequence[str], port: int, seconds: float, context: ssl.SSLContext | None
) -> Iterator[tuple[http.client.HTTPConnection, _Clock]]:
    encrypted = parts.scheme == "https"
    connection = http.client.HTTPConnection(parts.hostname or "", port)
    connection.default_port = 443 if encrypted else 80  # which goes without saying in the header Host
    clock = _Clock(seconds)
    try:
        clock.socket = _connect(ips, port, clock)
        if encrypted:
            clock.socket = (context or ssl.create_default_context()).wrap_socket(
                clock.socket, server_hostname=parts.hostname, do_handshake_on_connect=False
            )
            try:
                clock.socket.do_handshake()
            except OSError as error:
                if clock.is_over:
                    raise TimeoutError from error
                raise
        connection.sock = clock.socket
        yield connection, clock
    finally:
        clock.timer.cancel()
        connection.close()
        if clock.socket is not None:
            clock.socket.close()


def _connect(ips: Sequence[str], port: int, clock: _Clock) -> socket.socket:
    """To the first of the addresses that takes a connection."""
    trouble: OSError = TimeoutError()
    for ip in ips[:MOST_IPS]:
        if clock.is_over:
            break
        try:
            return socket.create_connection((ip, port), timeout=min(SECONDS, clock.left))
        except OSError as error:
            trouble = error
    raise NotConnected(str(trouble)) from trouble
