"""Which addresses may be called: http and https, and nothing inside one's own network.

A name is looked up once and the connection goes to the address that was looked at, so that a name that
answers differently the second time gains nothing.
"""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

SCHEMES = ("http", "https")


class Refused(Exception):  # noqa: N818  a turn of events
    """Why an address is not called; the message is for people."""


def guard_address(url: str) -> SplitResult:
    """The address in its parts, if it may be called as far as it can be seen without looking it up."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("地址写得不对。") from error
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise Refused("地址要以 http:// 或 https:// 开头，后面是域名。")
    if parts.username is not None or parts.password is not None:
        raise Refused("地址里不要写用户名和密码。")
    if port == 0:
        raise Refused("端口不对。")
    try:
        ip = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return parts
    _guard_ip(ip)
    return parts


def look_up(parts: SplitResult) -> tuple[str, int]:
    """The IP address and port to connect to. Raises Refused if the name leads inside, or nowhere."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(f"查不到域名 {parts.hostname} 的地址。") from error
    for *_, (host, *_rest) in found:
        _guard_ip(ipaddress.ip_address(host.partition("%")[0]))
    return found[0][4][0], port


def _guard_ip(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    inner = getattr(ip, "ipv4_mapped", None) or ip
    if settings.WEBHOOK_ALLOW_PRIVATE:
        return
    if not inner.is_global or inner.is_multicast:
        raise Refused(f"{ip} 是本机或内网的地址，不发送。确实需要时由管理员设置 WEBHOOK_ALLOW_PRIVATE。")
