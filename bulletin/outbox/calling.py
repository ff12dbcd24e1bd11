"""One call of a webhook: signed, with the same id at every attempt, to a guarded address, within a time."""

import contextlib
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
import time

from bulletin.outbox.guarding import guard_address, look_up

SECONDS = 10  # for any one step
SECONDS_IN_ALL = 30  # less than `records.CLAIM`


class NotTaken(Exception):  # noqa: N818  a turn of events
    """The receiver was asked and did not take it; the message says how."""


def body_of(message) -> bytes:
    """What is sent, byte for byte the same at every attempt."""
    told = {"id": str(message.pk), "kind": message.kind, **message.payload}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def signature(secret: str, moment: str, body: bytes) -> str:
    """Over the moment too, so that a call that somebody caught can't be played again much later."""
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def call(url: str, secret: str, message, attempt: int) -> None:
    """Send a message. Raises Refused, NotTaken or OSError; anything but a 2xx is not taken."""
    parts = guard_address(url)
    ip, port = look_up(parts)
    body, moment = body_of(message), str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "bulletin-portal",
        "Idempotency-Key": str(message.pk),
        "X-Bulletin-Id": str(message.pk),
        "X-Bulletin-Kind": message.kind,
        "X-Bulletin-Attempt": str(attempt),
        "X-Bulletin-Timestamp": moment,
        "X-Bulletin-Signature": f"sha256={signature(secret, moment, body)}",
    }
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _connection(parts, ip, port) as connection:
        try:
            connection.request("POST", target, body, headers)
            status = connection.getresponse().status
        except http.client.HTTPException as error:
            raise NotTaken(f"对方的回答不是 HTTP：{type(error).__name__}。") from error
    if 300 <= status < 400:
        raise NotTaken(f"对方答 {status}，要求转到别处；通知不跟着走，请改地址。")
    if not 200 <= status < 300:
        raise NotTaken(f"对方答 {status}。")


@contextlib.contextmanager
def _connection(parts, ip, port):
    """A connection to the looked-up address under the name that was asked for; cut when its time is over."""
    encrypted = parts.scheme == "https"
    connection = http.client.HTTPConnection(parts.hostname, port)
    connection.default_port = 443 if encrypted else 80  # which goes without saying in the header Host
    connection.sock = socket.create_connection((ip, port), timeout=SECONDS)
    cut = threading.Timer(SECONDS_IN_ALL, _cut, [connection])
    cut.start()
    try:
        if encrypted:
            connection.sock = ssl.create_default_context().wrap_socket(
                connection.sock, server_hostname=parts.hostname
            )
        yield connection
    finally:
        cut.cancel()
        connection.close()


def _cut(connection):
    with contextlib.suppress(OSError, AttributeError):  # it may just have ended by itself
        connection.sock.shutdown(socket.SHUT_RDWR)
