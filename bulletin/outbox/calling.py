"""One call of a webhook: signed, with the same id at every attempt, to a guarded address, within a time."""

import hashlib
import hmac
import json
import time

from django.conf import settings

from bulletin.outgoing.asking import NotHttp, ask
from bulletin.outgoing.guarding import Inside, Refused, guard_address, look_up

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


def guarded(url: str):
    """A webhook's address in its parts, if it may be called as far as it can be seen. Raises Refused."""
    try:
        return guard_address(url, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
    except Inside as inside:
        raise _inside(inside) from inside


def call(url: str, secret: str, message, attempt: int) -> None:
    """Send a message. Raises Refused, NotTaken or OSError; anything but a 2xx is not taken."""
    parts = guarded(url)
    try:
        ips, port = look_up(parts, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
    except Inside as inside:
        raise _inside(inside) from inside
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
    try:
        status = ask("POST", parts, ips, port, headers=headers, body=body, seconds=SECONDS_IN_ALL).status
    except NotHttp as error:
        raise NotTaken(f"对方的回答不是 HTTP：{error}。") from error
    if 300 <= status < 400:
        raise NotTaken(f"对方答 {status}，要求转到别处；通知不跟着走，请改地址。")
    if not 200 <= status < 300:
        raise NotTaken(f"对方答 {status}。")


def _inside(inside: Inside) -> Refused:
    return Refused(f"{inside}，不发送。确实需要时由管理员设置 WEBHOOK_ALLOW_PRIVATE。")
