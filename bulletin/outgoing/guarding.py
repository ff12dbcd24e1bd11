"""Which addresses may be asked: http and https, and nothing inside one's own network.

A name is looked up once and the connection goes to an address that was looked at, so that a name that
answers differently the second time gains nothing.
"""

import ipaddress
import queue
import socket
import threading
from urllib.parse import SplitResult, urlsplit

SCHEMES = ("http", "https")
SECONDS = 10  # for looking a name up


class Refused(Exception):  # noqa: N818  a turn of events
    """Why an address is not asked; the message is for people."""


class Inside(Refused):
    """It leads into one's own network. The message says which IP address, and what that is."""


class Unknown(Refused):
    """No address belongs to the name, or nobody says which."""


def guard_address(url: str, *, allow_private: bool = False) -> SplitResult:
    """The address in its parts, if it may be asked as far as it can be seen without looking it up."""
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
    _guard_ip(ip, allow_private)
    return parts


def look_up(
    parts: SplitResult, *, allow_private: bool = False, seconds: float = SECONDS
) -> tuple[list[str], int]:
    """The IP addresses, the preferred one first, and the port to connect to.

    Raises Inside if any of them is in one's own network, Unknown if there is none.
    """
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = _resolve(parts.hostname or "", port, seconds)
    for host in found:
        _guard_ip(ipaddress.ip_address(host.partition("%")[0]), allow_private)
    return found, port


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """The system's answer. It knows no limit of time: a thread waits for it, and may be left behind."""
    answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            answer.put(error)
        else:
            answer.put(list(dict.fromkeys(str(address[0]) for *_, address in found)))

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=max(0.0, seconds))
    except queue.Empty:
        found = TimeoutError()
    if isinstance(found, Exception) or not found:
        raise Unknown(f"查不到域名 {host} 的地址。") from (found or None)
    return found


def _guard_ip(ip: ipaddress.IPv4Address | ipaddress.IPv6Address, allow_private: bool) -> None:
    inner = getattr(ip, "ipv4_mapped", None) or ip
    if not allow_private and (not inner.is_global or inner.is_multicast):
        raise Inside(f"{ip} 是本机或内网的地址")
